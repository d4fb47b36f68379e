/** This agent's greeting: the same octets for everyone until its addresses change. @module */
import type { JournalLifetime } from '../journal/journal-store.ts'
import { encodeGreeting, type Greeting } from './notice.ts'

/** Milliseconds for which its addresses are not asked for again: the order of default routes changes without notice. */
const lookEvery = 1000

export class OwnGreeting {
  readonly #journal: Pick<Greeting, 'journal' | 'journalLifetime'>
  readonly #addressesOf: () => readonly string[]
  #addresses: readonly string[] = []
  #octets: Uint8Array | undefined
  #lookAt = -Infinity

  /**
   * @param journalId hexadecimal
   * @param addressesOf at which this agent can be reached now
   */
  constructor(journalId: string, journalLifetime: JournalLifetime, addressesOf: () => readonly string[]) {
    this.#journal = { journal: Buffer.from(journalId, 'hex'), journalLifetime }
    this.#addressesOf = addressesOf
  }

  at(now: number): Uint8Array {
    if (this.#octets !== undefined && now < this.#lookAt) return this.#octets
    this.#lookAt = now + lookEvery
    const addresses = this.#addressesOf()
    if (this.#octets === undefined || !areSame(addresses, this.#addresses)) {
      this.#octets = encodeGreeting({ ...this.#journal, addresses })
      this.#addresses = addresses
    }
    return this.#octets
  }

  /** The addresses have changed. */
  changed(): void {
    this.#lookAt = -Infinity
  }
}

const areSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((text, index) => text === others[index])
