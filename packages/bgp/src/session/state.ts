/**
 * The states of a session with one peer, what can happen to it, and what it asks for (RFC 4271 §8).
 *
 * A peer may have two connections at once, one that we dialled and one that we accepted, until collision detection
 * (§6.8) leaves one. The state is that of the connection that is furthest.
 * @module
 */
import type { Message } from '../message/message.ts'
import type { Malformed, Notification } from '../message/notification.ts'
import type { Negotiated } from './negotiate.ts'

/** Which of the two connections: the one that we opened, or the one that the peer opened. */
export type Way = 'dialled' | 'accepted'

/** One connection before the session is established. */
export type Connection =
  | { readonly state: 'open-sent' }
  | { readonly state: 'open-confirm'; readonly negotiated: Negotiated }

/** What outlives connections. */
export interface Kept {
  /** Failures since the session last was stable: each doubles the wait in idle. */
  readonly failures: number
  /** Keys of families whose routes are kept although the peer is gone or has not repeated them (RFC 4724 §4.2). */
  readonly stale: ReadonlySet<number>
}

export type Session =
  /** `stopped` by the operator, or `waiting` for the idle-hold timer. */
  | ({ readonly state: 'idle'; readonly because: 'stopped' | 'waiting' } & Kept)
  /** Dialling. */
  | ({ readonly state: 'connect' } & Kept)
  /** Listening; dials again when the connect-retry timer says so. */
  | ({ readonly state: 'active' } & Kept)
  /** At least one connection has sent its OPEN. `dialling`: another attempt is under way. */
  | ({
      readonly state: 'open-sent' | 'open-confirm'
      readonly dialled?: Connection
      readonly accepted?: Connection
      readonly dialling: 'yes' | 'no'
    } & Kept)
  | ({
      readonly state: 'established'
      readonly way: Way
      readonly negotiated: Negotiated
      /** Families that were disabled for a malformed attribute (RFC 7606 §2). */
      readonly disabled: ReadonlySet<number>
    } & Kept)

export type SessionState = Session['state']

/** Hold and keepalive run per connection, the others per peer. */
export type Timer = 'connect-retry' | 'idle-hold' | 'stable' | 'restart' | 'stale' | `${'hold' | 'keepalive'}-${Way}`

/** Whether the peer shall forget our routes, or keep them for the restart time where that was negotiated (RFC 4724). */
export type Parting = 'for good' | 'to restart'

export type Event =
  | { readonly type: 'start' }
  /** `text` goes to the operator of the peer (RFC 9003); `for good` unless `parting` says otherwise. */
  | { readonly type: 'stop'; readonly text?: string; readonly parting?: Parting }
  | { readonly type: 'timer'; readonly timer: Timer }
  /** The dialled connection is there, or another one was accepted. */
  | { readonly type: 'connected'; readonly way: Way }
  /** The connection ended, or could not be made. */
  | { readonly type: 'closed'; readonly way: Way }
  | { readonly type: 'message'; readonly way: Way; readonly message: Message | Malformed }
  /** An UPDATE asks for this: its treatment is session-reset, or a limit was reached. */
  | { readonly type: 'reset'; readonly notification: Notification }
  /** An UPDATE asks for the end of a family (RFC 7606 §2). */
  | { readonly type: 'disable-family'; readonly family: number }
  /** All initial routes of a family came (RFC 4724 §2). */
  | { readonly type: 'end-of-rib'; readonly family: number }

export type Effect =
  | { readonly type: 'dial' }
  /**
   * The answer to `connected` is one of these two. `adopt`: the new connection is the one of its way from now on; one
   * that was there before is closed without a word. `refuse`: the new one is closed, after the NOTIFICATION.
   */
  | { readonly type: 'adopt'; readonly way: Way }
  | { readonly type: 'refuse'; readonly way: Way; readonly notification: Notification }
  /** What was sent before must still go out. */
  | { readonly type: 'close'; readonly way: Way }
  | { readonly type: 'send'; readonly way: Way; readonly message: Message }
  /** Milliseconds; a timer that runs is set again. */
  | { readonly type: 'set-timer'; readonly timer: Timer; readonly after: number }
  | { readonly type: 'clear-timer'; readonly timer: Timer }
  /** Send all routes, then End-of-RIB of each family. */
  | { readonly type: 'established'; readonly way: Way; readonly negotiated: Negotiated }
  /** The session is over. */
  | { readonly type: 'down'; readonly reason: DownReason }
  /** Routes of the peer that are forgotten now. */
  | { readonly type: 'drop-routes'; readonly families: readonly number[] }
  /** Routes of the peer that stay in use until they are repeated or dropped. */
  | { readonly type: 'mark-stale'; readonly families: readonly number[] }
  /** Routes of these families that are still marked are forgotten now. */
  | { readonly type: 'drop-stale'; readonly families: readonly number[] }
  /** An UPDATE of the established session, to be read with `negotiated.receive`. */
  | { readonly type: 'update'; readonly octets: Uint8Array }
  /** The peer asks for all our routes of a family again (RFC 2918), between BEGIN and END when it is enhanced. */
  | { readonly type: 'send-routes'; readonly family: number }
  /** The peer begins or ends to repeat its routes (RFC 7313). */
  | { readonly type: 'refreshed'; readonly family: number; readonly phase: 'begin' | 'end' }

export type DownReason =
  | { readonly type: 'stopped' }
  | { readonly type: 'sent'; readonly notification: Notification; readonly problem: string }
  | { readonly type: 'received'; readonly notification: Notification }
  | { readonly type: 'closed' }
  /** The peer ended the connection before its OPEN, as one does that does not know us. */
  | { readonly type: 'unanswered' }

export type Step = readonly [Session, readonly Effect[]]

export const initialSession: Session = { state: 'idle', because: 'stopped', failures: 0, stale: new Set() }

/** What is kept of a session when its state changes. */
export const keptOf = ({ failures, stale }: Kept): Kept => ({ failures, stale })
