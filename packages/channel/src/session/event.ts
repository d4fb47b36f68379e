/** What a session tells its host. @module */
import type { Ticket } from '../resumption/ticket.ts'
import type { PathId, PathState } from './path-state.ts'
import type { TrafficClass } from './traffic-class.ts'

export type StreamId = number
/** Of the stream that begins with early octets, after a resumption that had some. */
export const earlyStream: StreamId = 2

export type SessionEvent =
  /** Packets to this connection id (8 octets) are for this session from now on, by whatever route they come. */
  | { readonly type: 'listen'; readonly connectionId: Uint8Array }
  | { readonly type: 'unlisten'; readonly connectionId: Uint8Array }
  /** The first packet of the other side: what it said in the handshake was no replay. */
  | { readonly type: 'confirmed' }
  | { readonly type: 'path'; readonly path: PathId; readonly state: PathState }
  /** Data goes by this path from now on; `undefined`: by none. */
  | { readonly type: 'primary'; readonly path: PathId | undefined }
  /** The peer is reached by another address on this path: its NAT changed it. */
  | { readonly type: 'rebound'; readonly path: PathId }
  /** An answer had been late, and for so long nothing had come when something did again. */
  | { readonly type: 'gap'; readonly milliseconds: number }
  /** The other side announces a move away from a path. */
  | { readonly type: 'intent'; readonly path: PathId }
  /** The other side allows more streams than before: `openStream` may give one again. */
  | { readonly type: 'streams' }
  | { readonly type: 'opened'; readonly stream: StreamId; readonly class: TrafficClass; readonly deadline: number }
  /** There is something to `read`, or the end was reached. It comes again only after `read` gave `undefined`. */
  | { readonly type: 'readable'; readonly stream: StreamId }
  /** `write` takes octets again. */
  | { readonly type: 'writable'; readonly stream: StreamId }
  /** All was delivered to the other side, its acknowledgement included. */
  | { readonly type: 'delivered'; readonly stream: StreamId }
  /** The other side broke off what it sent. */
  | { readonly type: 'reset'; readonly stream: StreamId; readonly code: number }
  /** The other side does not want the rest of what is sent here. */
  | { readonly type: 'stopped'; readonly stream: StreamId; readonly code: number }
  | { readonly type: 'datagram'; readonly class: TrafficClass; readonly octets: Uint8Array }
  /** A message of the security layer above: credentials, a revocation. `kind` is 1..255. */
  | { readonly type: 'notice'; readonly kind: number; readonly octets: Uint8Array }
  /** For one resumption with this peer. */
  | { readonly type: 'ticket'; readonly ticket: Ticket }
  | {
      readonly type: 'closed'
      readonly by: 'here' | 'peer'
      readonly code: number
      readonly reason: string
    }

/**
 * Nothing to tell. A list that grows gets room for seventeen at once; mostly there is one, and the list is made for it.
 */
export const noEvents: SessionEvent[] = []

/** Why a session ends. Codes from 0x100 on belong to the program above. */
export const closeCodes = {
  /** Done. */
  none: 0,
  /** A frame that is none, or in a state where it may not come. */
  protocol: 1,
  /** More than was allowed: octets, streams, paths. */
  'flow-control': 2,
  /** No packet came for as long as `idleTimeout`. */
  idle: 3,
  /** Packet numbers or keys are used up. */
  exhausted: 4,
  /** The peer's credentials were withdrawn. */
  revoked: 5,
} as const
