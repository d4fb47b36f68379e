/**
 * Cuts a byte stream into messages, each with its length in three octets before it: the handshake's and the session's
 * packets alike on TCP.
 * @module
 */
import { concatOctets } from '../octets.ts'
import { recordHeaderOctets } from './packet.ts'
import { maxRecordOctets } from './route.ts'

/** A `message` with its length before it. */
export function recordOf(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = message
  if (length > maxRecordOctets) throw new RangeError(`"message" has ${length} octets, at most ${maxRecordOctets} fit`)
  return concatOctets(Uint8Array.of(length >>> 16, length >>> 8, length), message)
}

export class RecordReader {
  /** What came and is not a whole record yet. */
  #parts: Uint8Array[] = []
  #octets = 0
  #wanted = recordHeaderOctets

  /**
   * What arrived next. Calls `take` for each message that is whole now: a view, or a copy where it came in pieces.
   * `false`: a length that cannot be, so nothing more can be read from this stream.
   */
  push(chunk: Uint8Array, take: (message: Uint8Array) => void): boolean {
    this.#parts.push(chunk)
    this.#octets += chunk.length
    if (this.#octets < this.#wanted) return true
    let whole = this.#parts.length === 1 ? chunk : concatOctets(...this.#parts)
    for (;;) {
      this.#wanted = recordHeaderOctets
      if (whole.length < recordHeaderOctets) break
      const length = (whole[0]! << 16) | (whole[1]! << 8) | whole[2]!
      if (length > maxRecordOctets) return false
      this.#wanted = recordHeaderOctets + length
      if (whole.length < this.#wanted) break
      const message = whole.subarray(recordHeaderOctets, this.#wanted)
      whole = whole.subarray(this.#wanted)
      take(message)
    }
    this.#parts = whole.length > 0 ? [whole] : []
    this.#octets = whole.length
    return true
  }
}
