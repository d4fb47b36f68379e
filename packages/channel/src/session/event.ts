/** Events that a session reports to its host. @module */
import type { Ticket } from '../resumption/ticket.ts'
import type { PathId, PathState } from './path-state.ts'
import type { TrafficClass } from './traffic-class.ts'

export type StreamId = number
/** The stream that starts with early octets, if a resumption had some. */
export const earlyStream: StreamId = 2

export type SessionEvent =
  /** From now on, packets to this connection id (by `idKeyOf`) belong to this session, whatever their route. */
  | { readonly type: 'listen'; readonly id: string }
  | { readonly type: 'unlisten'; readonly id: string }
  /** The first packet of the other side: its handshake payload was not a replay. */
  | { readonly type: 'confirmed' }
  | { readonly type: 'path'; readonly path: PathId; readonly state: PathState }
  /** Data goes by this path from now on; by none if `undefined`. */
  | { readonly type: 'primary'; readonly path: PathId | undefined }
  /** The peer is reached at a new address on this path, because its NAT changed it. */
  | { readonly type: 'rebound'; readonly path: PathId }
  /** An answer had been late; the time without any packet until one arrived again. */
  | { readonly type: 'gap'; readonly milliseconds: number }
  /** The other side announces a move away from a path. */
  | { readonly type: 'intent'; readonly path: PathId }
  /** The other side allows more streams: `openStream` may succeed again. */
  | { readonly type: 'streams' }
  | { readonly type: 'opened'; readonly stream: StreamId; readonly class: TrafficClass; readonly deadline: number }
  /** There is something to `read`, or the end was reached. Repeated only after `read` returned `undefined`. */
  | { readonly type: 'readable'; readonly stream: StreamId }
  /** `write` accepts octets again. */
  | { readonly type: 'writable'; readonly stream: StreamId }
  /** Everything was delivered to the other side and acknowledged. */
  | { readonly type: 'delivered'; readonly stream: StreamId }
  /** The other side reset what it sends. */
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
 * The empty list. A list that grows gets room for seventeen elements at once; mostly there is one event, and its list
 * is created with it.
 */
export const noEvents: SessionEvent[] = []

/** Why a session ends. Codes from 0x100 on belong to the program above. */
export const closeCodes = {
  /** Finished. */
  none: 0,
  /** An unknown frame, or one that its state does not allow. */
  protocol: 1,
  /** More octets, streams or paths than allowed. */
  'flow-control': 2,
  /** No packet arrived for `idleTimeout`. */
  idle: 3,
  /** Packet numbers or keys are exhausted. */
  exhausted: 4,
  /** The peer's credentials were withdrawn. */
  revoked: 5,
} as const
