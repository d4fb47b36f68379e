/**
 * Messages that one side of an exchange has sent and the other side has not acknowledged. Cursors count from 1 without
 * gaps; acknowledged messages are forgotten.
 * @module
 */
import { messageOverhead } from './limits.ts'

export interface JournaledMessage {
  readonly cursor: number
  readonly octets: Uint8Array
}

export class Outbox {
  #released: number
  #sent: number
  #octets = 0
  /** By cursor. A Map, because messages are removed from its front and added to its end. */
  readonly #messages = new Map<number, Uint8Array>()

  /** @param released the cursor up to which the other side has acknowledged */
  constructor(released = 0) {
    this.#released = released
    this.#sent = released
  }

  /** The last cursor assigned; 0 if none. */
  get sent(): number {
    return this.#sent
  }

  /** The cursor up to which messages are acknowledged and dropped. */
  get released(): number {
    return this.#released
  }

  /** Octets of the messages that are kept, including `messageOverhead` for each. */
  get octets(): number {
    return this.#octets
  }

  append(octets: Uint8Array): number {
    this.#messages.set(++this.#sent, octets)
    this.#octets += octets.length + messageOverhead
    return this.#sent
  }

  /** Starts after `cursor`, with nothing before it, as restored from a store. */
  skipTo(cursor: number): void {
    if (this.#sent > this.#released) throw new RangeError(`${this.#sent - this.#released} messages are still kept`)
    this.#released = cursor
    this.#sent = cursor
  }

  /** Forgets messages up to `cursor` and returns their octets; 0 for a cursor that was never sent. */
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

  /** The message of `cursor`; `undefined` if it does not exist yet, or no longer. */
  get(cursor: number): Uint8Array | undefined {
    return this.#messages.get(cursor)
  }
}
