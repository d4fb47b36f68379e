/**
 * Splits a byte stream into messages, each preceded by its length in three octets: handshake messages and packets of
 * the session on TCP.
 * @module
 */
import { concatOctets } from '@vagus/wire'
import { isOfSession, recordHeaderOctets } from './packet.ts'
import { maxRecordOctets } from './route.ts'

/** Memory for partial records, kept for the next stream that needs some: a stream at rest holds none. */
const spare: Uint8Array[] = []
const maxSpare = 8

/** A `message` preceded by its length. */
export function recordOf(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = message
  if (length > maxRecordOctets) throw new RangeError(`"message" has ${length} octets, at most ${maxRecordOctets} fit`)
  return concatOctets(Uint8Array.of(length >>> 16, length >>> 8, length), message)
}

export class RecordReader {
  /** The partial record, including its length; `undefined` if there is none. */
  #room: Uint8Array | undefined
  #filled = 0

  /**
   * Takes what arrived next; `chunk` may be overwritten afterwards. Calls `take` for each message that is complete. A
   * packet of a session is valid until `take` returns, other messages permanently. `false` on an impossible length:
   * then nothing more can be read from this stream.
   */
  push(chunk: Uint8Array, take: (message: Uint8Array) => void): boolean {
    let at = 0
    if (this.#room !== undefined) {
      at = this.#fill(this.#room, chunk, take)
      if (at < 0) return false
    }
    for (;;) {
      const left = chunk.length - at
      if (left === 0) return true
      const end = left < recordHeaderOctets ? Infinity : at + recordHeaderOctets + lengthAt(chunk, at)
      if (end < Infinity && end - at > recordHeaderOctets + maxRecordOctets) return false
      if (end > chunk.length) break
      take(lasting(chunk.subarray(at + recordHeaderOctets, end)))
      at = end
    }
    const room = (this.#room = spare.pop() ?? new Uint8Array(recordHeaderOctets + maxRecordOctets))
    room.set(at === 0 ? chunk : chunk.subarray(at))
    this.#filled = chunk.length - at
    return true
  }

  /** Continues the partial record. Returns how much of `chunk` it took, or -1 on an impossible length. */
  #fill(room: Uint8Array, chunk: Uint8Array, take: (message: Uint8Array) => void): number {
    let at = this.#copy(room, chunk, 0, recordHeaderOctets)
    if (this.#filled < recordHeaderOctets) return at
    const length = lengthAt(room, 0)
    if (length > maxRecordOctets) return -1
    at = this.#copy(room, chunk, at, recordHeaderOctets + length)
    if (this.#filled < recordHeaderOctets + length) return at
    this.#room = undefined
    take(lasting(room.subarray(recordHeaderOctets, recordHeaderOctets + length)))
    if (spare.length < maxSpare) spare.push(room)
    return at
  }

  /** Copies from `chunk`, from `at` on, until `end` octets are filled. Returns the offset after the copied octets. */
  #copy(room: Uint8Array, chunk: Uint8Array, at: number, end: number): number {
    const count = Math.min(Math.max(end - this.#filled, 0), chunk.length - at)
    if (count > 0) room.set(chunk.subarray(at, at + count), this.#filled)
    this.#filled += count
    return at + count
  }
}

/** A handshake message is kept while it is processed, also by those who wait for that. */
function lasting(message: Uint8Array): Uint8Array {
  // Not `slice`: on a Buffer it does not copy.
  return isOfSession(message) ? message : new Uint8Array(message)
}

function lengthAt(octets: Uint8Array, at: number): number {
  return (octets[at]! << 16) | (octets[at + 1]! << 8) | octets[at + 2]!
}
