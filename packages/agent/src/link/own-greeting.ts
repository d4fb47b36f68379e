/** This agent's greeting: the same octets for everyone until its addresses change. @module */
import type { JournalLifetime } from '../journal/journal-store.ts'
import { encodeGreeting, type Greeting } from './notice.ts'

export class OwnGreeting {
  readonly #journal: Pick<Greeting, 'journal' | 'journalLifetime'>
  #addresses: readonly string[] = []
  #octets: Uint8Array | undefined

  /** @param journalId hexadecimal */
  constructor(journalId: string, journalLifetime: JournalLifetime) {
    this.#journal = { journal: Buffer.from(journalId, 'hex'), journalLifetime }
  }

  /** @param addresses at which it can be reached now */
  at(addresses: readonly string[]): Uint8Array {
    if (this.#octets === undefined || !areSame(addresses, this.#addresses)) {
      this.#octets = encodeGreeting({ ...this.#journal, addresses })
      this.#addresses = addresses
    }
    return this.#octets
  }
}

const areSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((text, index) => text === others[index])
