/**
 * The messages that one side of an exchange sent and the other side has not acknowledged. Cursors count from 1 without
 * holes; what is acknowledged is forgotten.
 * @module
 */
import { messageOverhead } from './limits.ts'

export interface Message {
  readonly cursor: number
  readonly octets: Uint8Array
}

export class Outbox {
  #released: number
  #sent: number
  #octets = 0
  /** By cursor; a Map because its front is taken off and its end grows. */
  readonly #messages = new Map<number, Uint8Array>()

  /** @param released the cursor up to which the other side has acknowledged */
  constructor(released = 0) {
    this.#released = released
    this.#sent = released
  }

  /** The last cursor given out; 0: none. */
  get sent(): number {
    return this.#sent
  }

  /** All up to this cursor are acknowledged and gone. */
  get released(): number {
    return this.#released
  }

  /** Octets of the messages that are kept, each with what it takes itself. */
  get octets(): number {
    return this.#octets
  }

  append(octets: Uint8Array): number {
    this.#messages.set(++this.#sent, octets)
    this.#octets += octets.length + messageOverhead
    return this.#sent
  }

  /** Begins after `cursor`, with nothing before it: what a store gives back. */
  skipTo(cursor: number): void {
    if (this.#sent > this.#released) throw new RangeError(`${this.#sent - this.#released} messages are kept here`)
    this.#released = cursor
    this.#sent = cursor
  }

  /** Forgets up to `cursor` and says how many octets that were; a cursor that was never sent counts as none. */
  release(cursor: number): number {
    if (cursor > this.#sent) return 0
    const before = this.#octets
    while (this.#released < cursor) {
      const next = ++this.#released
      this.#octets -= this.#messages.get(next)!.length + messageOverhead
      this.#messages.delete(next)
    }
    return before - this.#octets
  }

  /** The message of `cursor`; `undefined` when it is not there yet or no longer. */
  get(cursor: number): Uint8Array | undefined {
    return this.#messages.get(cursor)
  }
}
