/**
 * Splits a stream of octets, such as a TCP connection, into CBOR items (a CBOR sequence, RFC 8742), regardless of its
 * segments. Keeps at most one incomplete item.
 * @module
 */
import { DecodeError } from '../decode-error.ts'
import { type CborLimits, defaultCborLimits } from './limits.ts'
import { ItemScanner } from './scanner.ts'

export interface Framed {
  /** The completed items, in order, as copies. */
  readonly items: readonly Uint8Array[]
  /** Set when no further item can be found: the stream is permanently broken, and its reader should abandon it. */
  readonly error?: DecodeError
}

const firstOctets = 256

export class CborFramer {
  readonly #limits: CborLimits
  #buffer = new Uint8Array(firstOctets)
  #length = 0
  #scanner: ItemScanner
  #error: DecodeError | undefined

  constructor(limits: CborLimits = defaultCborLimits) {
    this.#limits = limits
    this.#scanner = new ItemScanner(limits)
  }

  /** Octets of the incomplete item; 0 between items. */
  get pending(): number {
    return this.#length
  }

  /** Consumes the next octets of the stream. The resulting items do not depend on how the octets are segmented. */
  push(octets: Uint8Array): Framed {
    const items: Uint8Array[] = []
    if (this.#error === undefined) {
      this.#append(octets)
      try {
        this.#take(items)
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error
        this.#error = error
        this.#buffer = new Uint8Array(0)
        this.#length = 0
      }
    }
    return this.#error === undefined ? { items } : { items, error: this.#error }
  }

  #take(items: Uint8Array[]): void {
    let from = 0
    for (;;) {
      const end = this.#scanner.scan(this.#buffer.subarray(from, this.#length))
      if (end === undefined) break
      items.push(this.#buffer.slice(from, from + end))
      from += end
      this.#scanner = new ItemScanner(this.#limits)
    }
    this.#buffer.copyWithin(0, from, this.#length)
    this.#length -= from
  }

  #append(octets: Uint8Array): void {
    const needed = this.#length + octets.length
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.length))
      larger.set(this.#buffer.subarray(0, this.#length))
      this.#buffer = larger
    }
    this.#buffer.set(octets, this.#length)
    this.#length = needed
  }
}
