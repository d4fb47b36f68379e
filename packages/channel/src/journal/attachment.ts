/**
 * One attempt to advance an exchange over a stream of a session, from `open` to the end of the stream. If the stream
 * dies, the next attachment continues from what both sides have. Call `transmit` for messages as long as the stream
 * takes them, and again after every change. It only sends what the journal has committed.
 * @module
 */
import type { JournaledExchange, Outcome, OutcomeCode } from './exchange.ts'
import type { ExchangeMessage } from './exchange-message.ts'
import type { Journal } from './journal.ts'

/** What a message of the other side changed. */
export type Arrival =
  /**
   * `message`: the inbox has something to read. `end`: the other side's messages are complete. `room`: the outbox has
   * room.
   */
  | { readonly type: 'message' | 'end' | 'room' | 'nothing' }
  /** For a caller: how it ended. Messages before the end may still be in the inbox. */
  | { readonly type: 'over'; readonly outcome: Outcome }
  /** For the server: give up. */
  | { readonly type: 'cancelled'; readonly reason: string }
  /** For the server: the caller has everything. */
  | { readonly type: 'closed' }
  /** For a caller: the journal of the other side is this one. */
  | { readonly type: 'journal'; readonly journal: string }
  /** The other side broke the rules: reset the stream. */
  | { readonly type: 'violation'; readonly problem: string }

/** With the other codes, pending messages never arrive, so there is no last cursor to wait for. */
const isCounted = (code: OutcomeCode): boolean => code === 'done' || code === 'failed' || code === 'interrupted'
const violation = (problem: string): Arrival => ({ type: 'violation', problem })

export class Attachment {
  readonly #journal: Journal
  readonly #exchange: JournaledExchange
  readonly #isCaller: boolean
  /**
   * `again`: the other side may know the exchange. Its `accepted` is awaited, because it says what not to send again.
   */
  readonly #again: boolean
  #started = false
  #accepted = false
  #next: number
  #acknowledged: number
  #ended = false
  #cancelled = false

  /** @param standing `again` for a caller that may have asked earlier */
  constructor(journal: Journal, exchange: JournaledExchange, standing: 'first' | 'again') {
    this.#journal = journal
    this.#exchange = exchange
    this.#isCaller = exchange.start.side === 'caller'
    this.#again = standing === 'again'
    this.#next = exchange.outbox.released + 1
    this.#acknowledged = exchange.durable.acknowledged
  }

  /** The next message to write; `undefined` if there is none for now. */
  transmit(): ExchangeMessage | undefined {
    const { durable, outbox } = this.#exchange
    if (this.#waits) return undefined
    if (!this.#started) {
      this.#started = true
      this.#acknowledged = durable.acknowledged
      return this.#isCaller
        ? this.#journal.openMessage(this.#exchange, this.#again ? 'again' : 'first')
        : { kind: 'accepted', acknowledged: durable.acknowledged }
    }
    if (this.#isCaller && this.#exchange.cancelled !== undefined) return this.#cancel(this.#exchange.cancelled)
    if (durable.acknowledged > this.#acknowledged) {
      this.#acknowledged = durable.acknowledged
      this.#exchange.held = 0 // this leaves anyway
      return { kind: 'ack', cursor: durable.acknowledged }
    }
    if (this.#again && !this.#accepted) return undefined
    this.#next = Math.max(this.#next, outbox.released + 1)
    if (this.#next <= durable.sent) {
      const cursor = this.#next++
      return { kind: 'message', cursor, octets: outbox.get(cursor)! }
    }
    return this.#end()
  }

  /** There is nothing but what leaves with what follows. */
  get #waits(): boolean {
    const { durable, held } = this.#exchange
    const isHeld = durable.sent > 0 && durable.sent <= held
    return isHeld && !this.#isCaller && !durable.ended && durable.acknowledged <= this.#acknowledged
  }

  /** Takes a message of the other side. Total: a wrong one is a `violation` and changes nothing. */
  receive(message: ExchangeMessage, now: number): Arrival {
    const exchange = this.#exchange
    exchange.heardAt = now
    if (message.kind === 'message') {
      const accepted = exchange.accept(message)
      if (accepted === 'gap') return violation(`message ${message.cursor} came after ${exchange.received}`)
      return { type: accepted === 'new' ? 'message' : 'nothing' }
    }
    if (message.kind === 'ack') return this.#release(message.cursor)
    return this.#isCaller ? this.#fromServer(message) : this.#fromCaller(message)
  }

  #fromServer(message: ExchangeMessage): Arrival {
    if (message.kind === 'accepted') {
      this.#accepted = true
      return this.#release(message.acknowledged)
    }
    if (message.kind === 'journal') return { type: 'journal', journal: message.journal }
    if (message.kind !== 'over') return violation(`only a caller may send "${message.kind}"`)
    const { code, problem } = message
    const cursor = isCounted(code) ? message.cursor : this.#exchange.received
    const arrival = this.#complete(cursor, { type: 'over', outcome: { code, problem } })
    if (arrival.type === 'over') this.#exchange.outcome ??= arrival.outcome
    return arrival
  }

  #fromCaller(message: ExchangeMessage): Arrival {
    if (message.kind === 'end') return this.#complete(message.cursor, { type: 'end' })
    if (message.kind === 'cancel') return { type: 'cancelled', reason: message.reason }
    if (message.kind === 'closed') return { type: 'closed' }
    return violation(`"${message.kind}" does not come here`)
  }

  #release(cursor: number): Arrival {
    if (cursor > this.#exchange.outbox.sent) return violation(`message ${cursor} was never sent`)
    this.#journal.release(this.#exchange, cursor)
    return { type: 'room' }
  }

  #complete(cursor: number, arrival: Arrival): Arrival {
    const exchange = this.#exchange
    if (cursor < exchange.received || (exchange.last !== undefined && exchange.last !== cursor)) {
      return violation(`the end is at ${cursor}, but message ${exchange.last ?? exchange.received} was received`)
    }
    exchange.last = cursor
    return arrival
  }

  #cancel(reason: string): ExchangeMessage | undefined {
    if (this.#cancelled) return undefined
    this.#cancelled = true
    return { kind: 'cancel', reason }
  }

  #end(): ExchangeMessage | undefined {
    const { durable, outcome } = this.#exchange
    if (!durable.ended || this.#ended) return undefined
    this.#ended = true
    if (this.#isCaller) return { kind: 'end', cursor: durable.sent }
    return { kind: 'over', cursor: durable.sent, ...(outcome ?? { code: 'done', problem: '' }) }
  }
}
