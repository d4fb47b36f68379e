/**
 * Cuts the octets of a connection into messages (RFC 4271 §4.1). Holds at most one message that is not whole: a length
 * above what was negotiated is refused when the header is there, not when the octets are. Messages that arrived whole
 * are views on what was pushed, not copies.
 * @module
 */
import { maxExtendedMessageOctets, maxMessageOctets } from '../limits.ts'
import { type Header, headerOctets, type MaxLength, readHeader, rightLength } from './header.ts'
import type { Malformed } from './notification.ts'

export class MessageFramer {
  /** What was negotiated for receiving; to be raised when the session is established with RFC 8654. */
  maxLength: MaxLength = maxMessageOctets
  /** The beginning of a message whose rest has not come. */
  #kept = new Uint8Array(maxMessageOctets)
  #length = 0

  /** Octets that wait for their rest: fewer than `maxLength`. */
  get waiting(): number {
    return this.#length
  }

  /**
   * Takes the next octets of the connection and hands each whole message to `onMessage`, which may raise `maxLength`.
   * Returns what is wrong with the header behind the last one; the connection must then be closed, nothing is kept.
   */
  push(octets: Uint8Array, onMessage: (message: Uint8Array, type: number) => void): Malformed | undefined {
    let at = 0
    while (this.#length > 0 && at < octets.length) {
      const problem = this.#complete(octets, at, onMessage)
      if (typeof problem !== 'number') return this.#drop(problem)
      at = problem
    }
    while (octets.length - at >= headerOctets) {
      const length = rightLength(octets, at, this.maxLength)
      if (length === 0) return this.#drop(readHeader(octets, at, octets.length, this.maxLength) as Malformed)
      if (octets.length - at < length) break
      onMessage(octets.subarray(at, at + length), octets[at + 18]!)
      at += length
    }
    this.#keep(octets.subarray(at))
    return undefined
  }

  /** Adds to the kept beginning from `octets[at]` on, and returns where to go on. */
  #complete(
    octets: Uint8Array,
    at: number,
    onMessage: (message: Uint8Array, type: number) => void,
  ): number | Malformed {
    const headerAt = at + Math.max(0, headerOctets - this.#length)
    let next = Math.min(headerAt, octets.length)
    this.#keep(octets.subarray(at, next))
    const header: Header | Malformed | undefined = readHeader(this.#kept, 0, this.#length, this.maxLength)
    if (header === undefined) return next
    if ('problem' in header) return header
    const from = next
    next = Math.min(from + header.length - this.#length, octets.length)
    this.#keep(octets.subarray(from, next))
    if (this.#length < header.length) return next
    const message = this.#kept.slice(0, this.#length)
    this.#length = 0
    onMessage(message, header.type)
    return next
  }

  #keep(octets: Uint8Array): void {
    if (this.#length + octets.length > this.#kept.length) {
      const larger = new Uint8Array(maxExtendedMessageOctets)
      larger.set(this.#kept.subarray(0, this.#length))
      this.#kept = larger
    }
    this.#kept.set(octets, this.#length)
    this.#length += octets.length
  }

  #drop(problem: Malformed): Malformed {
    this.#length = 0
    return problem
  }
}
