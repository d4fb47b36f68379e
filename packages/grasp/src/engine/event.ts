/** What may happen to a GRASP node: the network, the clock, its ASAs. @module */
import type { Locator } from '../locator.ts'
import type { TaggedObjective } from '../message/message.ts'
import type { Objective } from '../objective.ts'

/** Where a datagram or connection came from. */
export interface Peer {
  /** 4 or 16 octets. */
  readonly address: Uint8Array
  readonly port: number
  /** Number of the interface, of the host's choice. */
  readonly interface: number
}

export type NetworkEvent =
  /** Also when its link-local address (16 octets) changed. */
  | { readonly type: 'interface-up'; readonly interface: number; readonly address: Uint8Array }
  | { readonly type: 'interface-down'; readonly interface: number }
  /** A datagram to ALL_GRASP_NEIGHBORS, or a multicast message over a neighbour's session. */
  | { readonly type: 'datagram'; readonly from: Peer; readonly octets: Uint8Array }
  /** `connection` is even and new; odd ones are those of `connect` effects. */
  | { readonly type: 'accepted'; readonly connection: number; readonly from: Peer }
  | { readonly type: 'connected'; readonly connection: number }
  | { readonly type: 'received'; readonly connection: number; readonly octets: Uint8Array }
  /** Closed by the peer, failed, or never connected. Not sent for a `close` effect. */
  | { readonly type: 'closed'; readonly connection: number }

/** What ASAs ask (RFC 8991). `handle` is the caller's, 0 or above, and not in use; answers carry it. */
export type ApiEvent =
  | { readonly type: 'register-asa'; readonly handle: number; readonly asa: string }
  | { readonly type: 'deregister-asa'; readonly handle: number; readonly asa: string }
  | { readonly type: 'register'; readonly handle: number; readonly asa: string; readonly registration: Registration }
  | { readonly type: 'deregister'; readonly handle: number; readonly asa: string; readonly name: string }
  /** From now on requests for the objective are answered, or no more. */
  | {
      readonly type: 'listen' | 'stop-listening'
      readonly handle: number
      readonly asa: string
      readonly name: string
      readonly to: 'negotiation' | 'synchronization'
    }
  /** A new value for those who synchronise. */
  | {
      readonly type: 'set-value'
      readonly handle: number
      readonly asa: string
      readonly name: string
      readonly value: Uint8Array
    }
  /**
   * `timeoutMs`: 100 ms × loop count when absent. Cached locators are used that live for `minimumTtlMs` more, others are forgotten. With `to` one
   * node alone is asked, over TCP (RFC 8990 §2.5.4.2); `interface` is for a link-local `to`.
   */
  | {
      readonly type: 'discover'
      readonly handle: number
      readonly objective: Objective
      readonly to?: Locator
      readonly interface?: number
      readonly timeoutMs?: number
      readonly minimumTtlMs?: number
    }
  | Request
  | { readonly type: 'negotiate'; readonly handle: number; readonly value: Uint8Array }
  | { readonly type: 'wait'; readonly handle: number; readonly waitingTime: number }
  | { readonly type: 'accept'; readonly handle: number }
  | { readonly type: 'decline'; readonly handle: number; readonly reason?: string }
  /** Tells the peer of a negotiation that its last message made no sense, which ends it (RFC 8991 §2.3.9). */
  | { readonly type: 'send-invalid'; readonly handle: number; readonly content?: Uint8Array }
  /** Gives up a discovery, negotiation or synchronisation. */
  | { readonly type: 'cancel'; readonly handle: number }
  | {
      readonly type: 'flood'
      readonly handle: number
      readonly asa: string
      readonly ttl: number
      readonly objectives: readonly TaggedObjective[]
    }
  /** An ASA found that what was flooded is no longer true: it is forgotten until it is flooded again (RFC 8991 §2.3.8). */
  | {
      readonly type: 'expire-flood'
      readonly handle: number
      readonly asa: string
      readonly name: string
      readonly locator?: Locator
    }

/**
 * Asks for a negotiation or a value. Without `to` the first locator known is asked, and the next where it cannot be
 * reached; when none is, a discovery comes first, which in rapid mode is the request already (RFC 8990 §2.5.5.1, §2.5.6.3).
 */
export interface Request {
  readonly type: 'request-negotiation' | 'synchronize'
  readonly handle: number
  readonly objective: Objective
  readonly to?: Locator
  readonly interface?: number
  readonly timeoutMs?: number
}

/** An objective as an ASA offers it (RFC 8991 §2.3.3). */
export interface Registration {
  /** Its flags say what it is for; its value is given to those who synchronise. */
  readonly objective: Objective
  /** `local`: found on the own link only, answered with a link-local locator. */
  readonly discoverable: 'no' | 'everywhere' | 'local'
  /** `shared`: several ASAs may register it; requests go to the first that listens. */
  readonly overlap: 'alone' | 'shared'
  /** How long others may keep the answer, milliseconds; 0 for the default. */
  readonly ttl: number
  /** Octets that its unicast messages may have (RFC 8990 §2.8.3), 2048..65,536; by default `limits.maxSize`. */
  readonly maxSize?: number
  /** Where it is served; by default this node's address and port over TCP. */
  readonly locator?: Locator
}

export type Event = (NetworkEvent | ApiEvent | { readonly type: 'tick' }) & {
  /** Milliseconds since 1970. Never less than in the event before. */
  readonly now: number
}
