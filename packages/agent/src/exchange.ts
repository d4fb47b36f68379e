/**
 * Exchanges: a request and whatever follows it in both directions, executed once and delivered once whatever happens to
 * paths, relays, addresses and processes. The README says exactly what is guaranteed.
 * @module
 */
import type { Peer } from '@vagus/channel'
import type { AgentErrorCode } from './errors.ts'
import type { TrafficClass } from '@vagus/channel'
import type { Service } from './service.ts'

/** One message of an exchange. Cursors count from 1 in each direction, without holes. */
export interface Message {
  readonly cursor: number
  readonly octets: Uint8Array
}

export interface CallOptions extends Service {
  /** What is asked, at most 64 KiB: the handler over there gets it before everything else. */
  readonly head: Uint8Array
  /**
   * The caller's own name for the exchange, 1..128 characters; default a random one. A second call with an `id` that is
   * still open gives the same exchange, so a program that restarts may simply call again.
   */
  readonly id?: string
}

/** `open`; `ended`: the handler over there is through; or the code of the error it ended with. */
export type ExchangeState = 'open' | 'ended' | AgentErrorCode

/** What both sides can do with an exchange. */
interface ExchangeSide {
  readonly id: string
  readonly protocol: string
  readonly class: TrafficClass
  readonly head: Uint8Array
  /** Cursor of the last message that this side sent; 0: none. */
  readonly sent: number
  /** Cursor of the last message that this side acknowledged; 0: none. */
  readonly acknowledged: number
  /**
   * Appends to the journal, then transmits until the other side acknowledged. Fulfilled with the cursor once the
   * message is in the journal: from then on it is delivered whatever happens. While too much is unacknowledged it
   * waits. At most 16 MiB a message.
   * @throws {AgentError} when the exchange is over; the system's error when the disk refuses: then `sent` counts the
   * message all the same, and it is kept and delivered when the disk takes it, if the process lives until then
   */
  send(octets: Uint8Array): Promise<number>
  /**
   * The other side's messages in order, each once, from the one after `after` (default `acknowledged`); done when the
   * other side has ended. With `acknowledge: 'next'` (the default) a message is acknowledged when the one after it is
   * asked for; with `'manual'` when `acknowledge` says so. Messages that are not acknowledged come again after a
   * restart.
   * @throws {AgentError} with the code the exchange ended with; `gap` when `after` is below what is still there
   */
  messages(options?: {
    readonly after?: number
    readonly acknowledge?: 'next' | 'manual'
  }): AsyncIterableIterator<Message, undefined>
  /** All messages up to `cursor` are dealt with: the other side forgets them, and they never come again. */
  acknowledge(cursor: number): void
}

/** The caller's side. */
export interface Exchange extends ExchangeSide {
  /** The name it was called by. */
  readonly peerName: string
  readonly state: ExchangeState
  /** No messages follow from here. */
  end(): Promise<void>
  /** The handler's signal is aborted, and the exchange ends with `cancelled`, here at once. */
  cancel(reason: string): void
  /** Fulfilled when the exchange is over, however it ends. */
  readonly over: Promise<Exclude<ExchangeState, 'open'>>
}

/** The side that serves. */
export interface ServedExchange extends ExchangeSide {
  /** The caller. @throws {TypeError} while a handler that is resumed is ahead of it; see `caller` */
  readonly peer: Peer
  /**
   * The caller, once it is here: at once in `handle`; a handler that is resumed may have to wait, as long as the caller is
   * away. @throws {AgentError} when `signal` is aborted first
   */
  caller(): Promise<Peer>
  /** Aborted when the caller cancels or will never come back. */
  readonly signal: AbortSignal
}

export interface ExchangeHandler {
  /**
   * Called once for each exchange, ever. The exchange ends when it returns; when it throws, with `failed` and the
   * message of what was thrown.
   */
  handle(exchange: ServedExchange): Promise<void>
  /**
   * Goes on with an exchange whose `handle` (or `resume`) was cut short by the end of the process: `acknowledged` and
   * `sent` say how far it came. It need not wait for the caller: what it sends is kept. Left out, such exchanges end with
   * `interrupted`.
   */
  resume?(exchange: ServedExchange): Promise<void>
}
