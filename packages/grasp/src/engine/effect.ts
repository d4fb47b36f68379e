/** What the host must do, and what ASAs are told, after an event. In order. @module */
import type { ErrorCode } from '../errors.ts'
import type { Locator } from '../locator.ts'
import type { TaggedObjective } from '../message/message.ts'
import type { Objective } from '../objective.ts'
import type { Peer } from './event.ts'

export type HostEffect =
  /** To ALL_GRASP_NEIGHBORS on the interface, hop limit 1, from the port that also accepts TCP (RFC 8990 §2.5.4.2). */
  | { readonly type: 'multicast'; readonly interface: number; readonly octets: Uint8Array }
  /** Opens a TCP connection, sends, closes; failures are nobody's business. */
  | { readonly type: 'deliver'; readonly to: Peer; readonly octets: Uint8Array }
  /** Opens a TCP connection; `connected` or `closed` follows. */
  | { readonly type: 'connect'; readonly connection: number; readonly to: Locator; readonly interface?: number }
  | { readonly type: 'send'; readonly connection: number; readonly octets: Uint8Array }
  /** After everything sent before; the number is free again. */
  | { readonly type: 'close'; readonly connection: number }

/** A place where an objective is served. */
export interface Discovered {
  readonly locator: Locator
  /** Interface on which it was learnt; absent when one node was asked by its address. */
  readonly interface?: number
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  /** Whether the responder itself said so, or another node that knows of it. */
  readonly from: 'responder' | 'divert'
}

export type ApiEffect =
  /** The call is done (`ok`) or cannot be. For a negotiation or discovery that began there are effects of their own. */
  | { readonly type: 'done'; readonly handle: number; readonly code: ErrorCode; readonly problem?: string }
  | { readonly type: 'discovered'; readonly handle: number; readonly name: string; readonly found: Discovered }
  | { readonly type: 'discovery-ended'; readonly handle: number; readonly code: ErrorCode }
  /** A peer's first offer, to an ASA that listens; `handle` is negative and this node's choice. */
  | {
      readonly type: 'negotiation-requested'
      readonly handle: number
      readonly asa: string
      readonly objective: Objective
      readonly peer: Peer
    }
  /** The peer's next offer: the ASA answers with negotiate, wait, accept or decline. */
  | { readonly type: 'negotiation-offered'; readonly handle: number; readonly objective: Objective }
  | { readonly type: 'negotiation-waits'; readonly handle: number; readonly until: number }
  /** `ok`: both hold `objective`, the last offer. `declined`: by the peer or the ASA. Else it failed. */
  | {
      readonly type: 'negotiation-ended'
      readonly handle: number
      readonly code: ErrorCode
      readonly objective: Objective
      readonly reason?: string
    }
  | { readonly type: 'synchronized'; readonly handle: number; readonly objective: Objective }
  /** Objectives flooded by others, new or refreshed. */
  | {
      readonly type: 'flooded'
      readonly objectives: readonly TaggedObjective[]
      readonly initiator: Uint8Array
      readonly interface: number
      readonly expiresAt: number
    }

export type Effect = HostEffect | ApiEffect
