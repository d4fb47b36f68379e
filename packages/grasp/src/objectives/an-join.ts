/**
 * AN_Proxy and AN_join_registrar: where a newcomer finds a join proxy on its link, and where a proxy finds the registrar of
 * the domain (RFC 8995 §4.1.1, §4.3). Both are only flooded; where to connect to is in the locator.
 * @module
 */
import { type CborValue, DecodeError } from '@vagus/wire'
import { declareObjective, type ObjectiveType } from './objective-type.ts'

/** How often both are flooded, and for how long that holds: two floods may be lost (RFC 8995 §4.1.1). Milliseconds. */
export const joinFloods = { everyMs: 60_000, ttlMs: 180_000 } as const

/** What a registrar speaks that takes vouchers by BRSKI and certificates by EST over TLS. */
export const estTls = 'EST-TLS'

/** The value is empty, and anything is read as that. One hop: its locator is link-local. */
export const anProxy: ObjectiveType<string> = declareObjective({
  name: 'AN_Proxy',
  purpose: 'synchronization',
  discoverable: 'no',
  loopCount: 1,
  codec: { encode: (nothing) => nothing, decode: () => '' },
})

/** The value names what the registrar speaks, `estTls` or something that we do not know. */
export const anJoinRegistrar: ObjectiveType<string> = declareObjective({
  name: 'AN_join_registrar',
  purpose: 'synchronization',
  discoverable: 'no',
  loopCount: 255,
  codec: {
    encode: (protocol) => protocol,
    decode: (value: CborValue) => {
      if (typeof value === 'string') return value
      throw new DecodeError('bad-value', 0, 'AN_join_registrar must name a protocol, such as "EST-TLS"')
    },
  },
})
