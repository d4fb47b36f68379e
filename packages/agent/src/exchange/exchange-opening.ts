/**
 * Starts an exchange with the first message of a resumed session: the other side acts on it after half a round trip,
 * instead of a whole one for a stream. It is executed once whatever happens to that message: a ticket is accepted once,
 * and the other side's journal recognises an exchange that arrives again by another way. An answer "expired" proves
 * nothing: an earlier copy may have been executed and its answer lost, since a ticket is forgotten when used.
 * @module
 */
import type { Duplex } from 'node:stream'
import { Attachment, type Binding, encodeExchangeMessage, type JournaledExchange } from '@vagus/channel'
import type { Opening } from './exchange-session.ts'
import type { JournalKeeper } from '../journal/journal-keeper.ts'

export class ExchangeOpening implements Opening {
  readonly #exchange: JournaledExchange
  readonly #keeper: JournalKeeper
  readonly #over: AbortSignal
  #attachment: Attachment | undefined
  #begun: { readonly stream: Duplex; readonly attachment: Attachment } | undefined

  /** @param over aborted when the exchange must not start any more */
  constructor(exchange: JournaledExchange, keeper: JournalKeeper, over: AbortSignal) {
    this.#exchange = exchange
    this.#keeper = keeper
    this.#over = over
  }

  /** Whether the other side may have seen the exchange. */
  get isAsked(): boolean {
    return this.#attachment !== undefined
  }

  /** The stream that started this way, and what it has sent already. */
  get begun(): { readonly stream: Duplex; readonly attachment: Attachment } | undefined {
    return this.#begun
  }

  get priority(): number {
    return this.#exchange.start.priority
  }

  async begin(binding: Binding, room: number): Promise<readonly Uint8Array[]> {
    if (this.isAsked) return []
    const { journal } = this.#keeper
    journal.bind(this.#exchange, binding)
    await this.#keeper.kept()
    if (this.#over.aborted) return []
    const attachment = new Attachment(journal, this.#exchange, 'first')
    this.#attachment = attachment
    const said: Uint8Array[] = []
    for (let left = room; left > 0;) {
      const message = attachment.transmit()
      if (message === undefined) break
      const octets = encodeExchangeMessage(message)
      said.push(octets)
      left -= octets.length
    }
    return said
  }

  taken(stream: Duplex): void {
    if (this.#over.aborted) stream.destroy()
    else this.#begun = { stream, attachment: this.#attachment! }
  }

  /** Nothing continues it. */
  leave(): void {
    this.#begun?.stream.destroy()
  }
}
