/** The state of a GRASP node: what it serves, knows, awaits. Changed in place by `step`. @module */
import type { CborFramer } from '@vagus/wire'
import type { Locator } from '../locator.ts'
import type { TaggedObjective } from '../message/message.ts'
import type { Objective } from '../objective.ts'
import type { Config } from './config.ts'
import type { Discovered, Effect } from './effect.ts'
import type { Peer, Registration, Request } from './event.ts'
import { ExpiringTable } from './expiring-table.ts'
import type { Negotiation } from './negotiation.ts'
import { RateLimit } from './rate-limit.ts'

/** A registered objective. */
export interface Offering extends Registration {
  readonly asa: string
  readonly listening: ReadonlySet<'negotiation' | 'synchronization'>
}

/** A discovery of our own. */
export interface Search {
  readonly handle: number
  readonly objective: Objective
  /** Session ids of the first try and of each repetition. */
  readonly sessionIds: number[]
  readonly found: Set<string>
  readonly endsAt: number
  repeatAt: number
  /** Doubles with each repetition. */
  pauseMs: number
  /** To the one node that is asked, when it is not a multicast. */
  readonly connection?: number
  /** What is asked of the first that is found. */
  readonly request?: Request
}

/** Who asked: answers go to the address and port of the multicast, or back on the connection of a unicast discovery. */
export interface Asker extends Peer {
  readonly connection?: number
}

/** A discovery of others that we relayed. */
export interface Relay {
  readonly name: string
  readonly from: Asker
  answers: number
}

/** What a connection is for. */
export type Use =
  | { readonly type: 'unknown' }
  /** A discovery came on it; the answers of others go back on it. */
  | { readonly type: 'answering' }
  /** Closed as soon as it is up and what waits is sent. */
  | { readonly type: 'ending' }
  | { readonly type: 'discovery' | 'negotiation' | 'synchronization'; readonly handle: number }

export interface Connection {
  readonly id: number
  /** Of those that peers opened. */
  readonly peer: Peer | undefined
  /** Of those that we opened. */
  readonly to?: Locator
  /** Interface that it goes over, as far as that is known. */
  readonly link: number | undefined
  readonly framer: CborFramer
  use: Use
  /** Sent when it is connected; undefined from then on. At most a request, waits and an end. */
  waiting: Uint8Array[] | undefined
  /** Closed when it serves no session of ours by this time. */
  openUntil: number
}

export interface NegotiationSession extends Retried {
  machine: Negotiation
  readonly connection: number
}

interface Retried {
  /** Asked elsewhere when nobody is at the locator, which was a remembered one: responders restart on other ports. */
  readonly retry?: Request
}

interface Synchronization extends Retried {
  readonly objective: Objective
  readonly sessionId: number
  readonly connection: number
  readonly deadline: number
}

/** A flooded objective that is still valid. */
export interface FloodEntry extends TaggedObjective {
  readonly initiator: Uint8Array
  readonly interface: number
  readonly expiresAt: number
}

/** What has happened so far. */
export interface Counters {
  /** Messages that could not be read. */
  malformed: number
  /** Messages that the rules forbid here and now. */
  notAllowed: number
  /** Discoveries and floods that came again. */
  duplicates: number
  /** Discoveries and floods dropped because their neighbour sent too many. */
  rateLimited: number
  floodsReceived: number
  /** Copies sent on. */
  floodsRelayed: number
  discoveriesRelayed: number
  responsesReturned: number
  /** Requests dropped because their session id is in use here (§2.8.6). */
  clashes: number
  /** Connections refused at the limit. */
  connectionsRefused: number
}

export interface Node {
  /** Link-local address by interface. */
  readonly interfaces: Map<number, Uint8Array>
  readonly asas: Set<string>
  readonly offerings: Map<string, Offering[]>
  readonly searches: Map<number, Search>
  readonly negotiations: Map<number, NegotiationSession>
  readonly synchronizations: Map<number, Synchronization>
  readonly connections: Map<number, Connection>
  /** How many of them each peer opened, by its address. */
  readonly accepted: Map<string, number>
  /** Session ids of our own open sessions. */
  readonly active: Set<number>
  /** Session ids that ended lately. */
  readonly recent: ExpiringTable<true>
  readonly seen: ExpiringTable<true>
  readonly relays: ExpiringTable<Relay>
  readonly discovered: ExpiringTable<Discovered[]>
  readonly floods: ExpiringTable<FloodEntry>
  readonly rate: RateLimit
  readonly counters: Counters
  nextConnection: number
  nextHandle: number
}

/** A node without interfaces and ASAs. */
export function createNode({ limits }: Config): Node {
  return {
    interfaces: new Map(),
    asas: new Set(),
    offerings: new Map(),
    searches: new Map(),
    negotiations: new Map(),
    synchronizations: new Map(),
    connections: new Map(),
    accepted: new Map(),
    active: new Set(),
    recent: new ExpiringTable(limits.sessions),
    seen: new ExpiringTable(limits.seen),
    relays: new ExpiringTable(limits.relays),
    discovered: new ExpiringTable(limits.discovered),
    floods: new ExpiringTable(limits.floods),
    rate: new RateLimit({
      perSecond: limits.multicastsPerSecond,
      burst: limits.multicastBurst,
      neighbours: limits.neighbours,
    }),
    counters: {
      malformed: 0,
      notAllowed: 0,
      duplicates: 0,
      rateLimited: 0,
      floodsReceived: 0,
      floodsRelayed: 0,
      discoveriesRelayed: 0,
      responsesReturned: 0,
      clashes: 0,
      connectionsRefused: 0,
    },
    nextConnection: 1,
    nextHandle: -1,
  }
}

/** One step at work: the node, its configuration, the time, and the effects so far. */
export interface Context {
  readonly node: Node
  readonly config: Config
  readonly now: number
  readonly effects: Effect[]
}

/** This node's own locator on `link`: its address, or in DULL and for local objectives the link-local one. */
export function ownLocator({ node, config }: Context, link: number, scope: 'everywhere' | 'local'): Locator {
  const linkLocal = scope === 'local' || config.mode === 'dull' ? node.interfaces.get(link) : undefined
  if (linkLocal === undefined && config.locator !== undefined) return config.locator
  const address = linkLocal ?? config.address
  return { type: address.length === 4 ? 'ipv4' : 'ipv6', address, protocol: 6, port: config.port }
}
