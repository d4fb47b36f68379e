/**
 * Exchanges: a request and everything that follows it in both directions, executed once and delivered once whatever
 * happens to paths, relays, addresses and processes. The README states the exact guarantees.
 * @module
 */
import type { Peer, TrafficClass } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import type { AgentErrorCode } from './errors.ts'
import type { Service } from './service.ts'

/** One message of an exchange. Cursors count from 1 in each direction, without gaps. */
export interface Message {
  readonly cursor: number
  readonly octets: Uint8Array
}

export interface CallOptions extends Service {
  /** The request, at most 64 KiB: the remote handler gets it before everything else. */
  readonly head: Uint8Array
  /**
   * All that this side sends: one message of at most 16 MiB, or none if it is empty, and the end. Stored together with the
   * start, which costs less than a message behind it. Where there is no room for it, or the exchange of this `id` is open
   * already, nothing of it is taken; `sent` says which.
   */
  readonly content?: Uint8Array
  /**
   * The caller's own name for the exchange, 1..128 characters; default: a random one. A second call with an `id` that
   * is still open returns the same exchange, so a program that restarts can simply call again.
   */
  readonly id?: string
  /**
   * Cancels the exchange when it aborts, as `cancel` does, with its reason: for a deadline,
   * `AbortSignal.timeout(30_000)`. Not kept in the journal: after a restart, call again with the same `id` and a new
   * signal.
   */
  readonly signal?: AbortSignal
}

/** `open`; `ended`: the remote handler has completed; or the code of the error with which it ended. */
export type ExchangeState = 'open' | 'ended' | AgentErrorCode

/** What both sides can do with an exchange. */
interface ExchangeSide {
  readonly id: string
  readonly protocol: string
  readonly class: TrafficClass
  readonly head: Uint8Array
  /** Cursor of the last message that this side sent; 0 if none. */
  readonly sent: number
  /** Cursor of the last message that this side acknowledged; 0 if none. */
  readonly acknowledged: number
  /**
   * Appends to the journal, then transmits until the other side has acknowledged. Fulfilled with the cursor once the
   * message is in the journal: from then on it is delivered whatever happens. Waits while too much is unacknowledged.
   * At most 16 MiB per message.
   * @throws {AgentError} if the exchange has ended; the system's error if the disk refuses: then `sent` counts the
   * message all the same, and it is stored and delivered once the disk accepts it, if the process lives until then
   */
  send(octets: Uint8Array): Promise<number>
  /**
   * As `send`, but fulfilled with the cursor as soon as there is room: what follows in the same turn, also the end, is
   * stored and leaves with it. Only once `stored`, `end` or a later `send` is fulfilled, it is in the journal; a disk that
   * refuses is told there.
   * @throws {AgentError} if the exchange has ended
   */
  queue(octets: Uint8Array): Promise<number>
  /**
   * Fulfilled when all that this side has sent, queued and acknowledged so far is in the journal.
   * @throws the system's error if the disk refuses, as `send`
   */
  stored(): Promise<void>
  /**
   * The other side's messages in order, each once, starting after `after` (default `acknowledged`); done when the other
   * side has ended. With `acknowledge: 'next'` (the default) a message is acknowledged when the next one is requested;
   * with `'manual'`, when `acknowledge` is called. Unacknowledged messages come again after a restart.
   * @throws {AgentError} with the code with which the exchange ended; `gap` if `after` is below what is still kept
   */
  messages(options?: {
    readonly after?: number
    readonly acknowledge?: 'next' | 'manual'
  }): AsyncIterableIterator<Message, undefined>
  /** All messages up to `cursor` have been processed: the other side forgets them, and they never come again. */
  acknowledge(cursor: number): void
}

/** The caller's side. */
export interface Exchange extends ExchangeSide {
  /** The name that was called. */
  readonly peerName: string
  /** The agent that it was brought to, which alone may answer; `undefined` before that. */
  readonly peerId: AgentId | undefined
  readonly state: ExchangeState
  /**
   * While it is open: why the last attempt to reach the other side failed, until one succeeds, and the next follows
   * within five seconds; or that answers are late on every path. Later: the `AgentError` with which it ended. Otherwise
   * `undefined`.
   */
  readonly problem: Error | undefined
  /**
   * This side sends no more messages than those sent or queued so far. Fulfilled once the journal holds that.
   * @throws {AgentError} `closed` if the agent is closed before; the system's error if the disk refuses
   */
  end(): Promise<void>
  /** Aborts the signal of the remote handler. The exchange ends with `cancelled`, on this side at once. */
  cancel(reason: string): void
  /** Fulfilled when the exchange has ended, however it ends. */
  readonly over: Promise<Exclude<ExchangeState, 'open'>>
}

/** The serving side. */
export interface ServedExchange extends ExchangeSide {
  /** The caller. @throws {TypeError} while a resumed handler still waits for it; see `caller` */
  readonly peer: Peer
  /**
   * The caller once it is connected: at once in `handle`; a resumed handler may have to wait as long as the caller is
   * away.
   * @throws {AgentError} if `signal` is aborted first
   */
  caller(): Promise<Peer>
  /**
   * How its answer is sent from now on; before that as its caller asked, which is `class`. The caller learns nothing of it.
   */
  treat(trafficClass: TrafficClass): void
  /**
   * As that of the other side. What leaves `with the next` is stored as all else, but the caller gets it with the following
   * message or the end, or a few milliseconds later where none follows.
   */
  queue(octets: Uint8Array, leaves?: 'at once' | 'with the next'): Promise<number>
  /** Aborted if the caller cancels or will never return. */
  readonly signal: AbortSignal
}

export interface ExchangeHandler {
  /**
   * `at once`: `handle` is called before the start of the exchange is stored, and stores it itself, together with what it says
   * first. Should the process end before, it is called again for the same exchange. So it does nothing that others see until
   * its first `stored` or `send` is fulfilled. Default `when stored`.
   */
  readonly begins?: 'when stored' | 'at once'
  /**
   * Called exactly once for each exchange. The exchange ends when it returns, behind all that was sent or queued; if it
   * throws, the exchange ends with `failed` and the message of the error, and what still waits for room is refused.
   */
  handle(exchange: ServedExchange): Promise<void>
  /**
   * Continues an exchange whose `handle` (or `resume`) was interrupted by the end of the process: `acknowledged` and
   * `sent` say how far it came. It need not wait for the caller: what it sends is kept. If omitted, such exchanges end
   * with `interrupted`.
   */
  resume?(exchange: ServedExchange): Promise<void>
}
