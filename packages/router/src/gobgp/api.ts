/**
 * The used part of GoBGP's gRPC API (service apipb.GobgpApi of GoBGP 3): field numbers and values of its messages.
 * Later versions of the API have other numbers in a service of another name, and are refused as such.
 * @module
 */
import { many, Message, one } from './protobuf.ts'

export const service = 'apipb.GobgpApi'

export const afi = { ipv4: 1, ipv6: 2 } as const
export const safi = { unicast: 1 } as const
export const tableType = { global: 0, adjOut: 3 } as const
export const sessionState = { established: 6 } as const
export const definedType = { prefix: 0, neighbor: 1, largeCommunity: 6 } as const
export const matchType = { any: 0, invert: 2 } as const
export const communityAction = { add: 0, remove: 1 } as const
export const medAction = { replace: 1 } as const
export const routeAction = { none: 0, accept: 1, reject: 2 } as const
export const direction = { import: 1, export: 2 } as const

const family = new Message({ afi: one(1, 'uint'), safi: one(2, 'uint') })

const global = new Message({ asn: one(1, 'uint'), routerId: one(2, 'text') })
export const getBgpAnswer = new Message({ global: one(1, global) })

export const peer = new Message({
  conf: one(2, new Message({ description: one(2, 'text'), neighborAddress: one(4, 'text'), peerAsn: one(5, 'uint') })),
  routeReflector: one(4, new Message({ client: one(1, 'bool') })),
  state: one(5, new Message({ sessionState: one(13, 'uint'), routerId: one(20, 'text') })),
  timers: one(
    6,
    new Message({
      config: one(
        1,
        new Message({
          connectRetry: one(1, 'uint'),
          holdTime: one(2, 'uint'),
          keepaliveInterval: one(3, 'uint'),
          idleHoldTimeAfterReset: one(5, 'uint'),
        }),
      ),
    }),
  ),
  transport: one(7, new Message({ localAddress: one(1, 'text'), passiveMode: one(4, 'bool') })),
  afiSafis: many(
    10,
    new Message({
      config: one(2, new Message({ family: one(1, family), enabled: one(2, 'bool') })),
      addPaths: one(10, new Message({ config: one(1, new Message({ sendMax: one(2, 'uint') })) })),
    }),
  ),
})
/** Of ListPeer as answer, of AddPeer as request. */
export const givenPeer = new Message({ peer: one(1, peer) })
export const deletePeer = new Message({ address: one(1, 'text') })

export const listPath = new Message({
  tableType: one(1, 'uint'),
  name: one(2, 'text'),
  family: one(3, family),
  prefixes: many(4, new Message({ prefix: one(1, 'text') })),
  onlyBinary: one(9, 'bool'),
})
export const path = new Message({
  best: one(4, 'bool'),
  neighborAddress: one(15, 'text'),
  attributes: many(21, 'octets'),
})
export const listPathAnswer = new Message({
  destination: one(1, new Message({ prefix: one(1, 'text'), paths: many(2, path) })),
})

export const definedSet = new Message({
  type: one(1, 'uint'),
  name: one(2, 'text'),
  list: many(3, 'text'),
  prefixes: many(4, new Message({ prefix: one(1, 'text'), lengthMin: one(2, 'uint'), lengthMax: one(3, 'uint') })),
})
export const namedSet = new Message({ definedSet: one(1, definedSet) })
export const deleteSet = new Message({ definedSet: one(1, definedSet), all: one(2, 'bool') })
export const listDefinedSet = new Message({ type: one(1, 'uint'), name: one(2, 'text') })

const matchSet = new Message({ type: one(1, 'uint'), name: one(2, 'text') })
const communities = new Message({ type: one(1, 'uint'), communities: many(2, 'text') })
export const statement = new Message({
  name: one(1, 'text'),
  conditions: one(
    2,
    new Message({ prefixSet: one(1, matchSet), neighborSet: one(2, matchSet), largeCommunitySet: one(9, matchSet) }),
  ),
  actions: one(
    3,
    new Message({
      routeAction: one(1, 'uint'),
      med: one(3, new Message({ type: one(1, 'uint'), value: one(2, 'uint') })),
      asPrepend: one(4, new Message({ asn: one(1, 'uint'), repeat: one(2, 'uint') })),
      localPref: one(7, new Message({ value: one(1, 'uint') })),
      largeCommunity: one(8, communities),
    }),
  ),
})
export const policy = new Message({ name: one(1, 'text'), statements: many(2, statement) })
export const namedPolicy = new Message({ policy: one(1, policy) })
export const deletePolicy = new Message({ policy: one(1, policy), all: one(3, 'bool') })

export const assignment = new Message({
  name: one(1, 'text'),
  direction: one(2, 'uint'),
  policies: many(4, policy),
  defaultAction: one(5, 'uint'),
})
export const givenAssignment = new Message({ assignment: one(1, assignment) })
export const listAssignment = new Message({ name: one(1, 'text'), direction: one(2, 'uint') })
