/**
 * Cuts a byte stream into messages, each with its length in three octets before it: the handshake's and the session's
 * packets alike on TCP.
 * @module
 */
import { concatOctets } from '../octets.ts'
import { isOfSession, recordHeaderOctets } from './packet.ts'
import { maxRecordOctets } from './route.ts'

/** Room for records that come in pieces, kept for whichever stream is the next to need some: one at rest has none. */
const spare: Uint8Array[] = []
const maxSpare = 8

/** A `message` with its length before it. */
export function recordOf(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = message
  if (length > maxRecordOctets) throw new RangeError(`"message" has ${length} octets, at most ${maxRecordOctets} fit`)
  return concatOctets(Uint8Array.of(length >>> 16, length >>> 8, length), message)
}

export class RecordReader {
  /** The begun record, with its length; `undefined`: none is begun. */
  #room: Uint8Array | undefined
  #filled = 0

  /**
   * What arrived next; `chunk` may be overwritten afterwards. Calls `take` for each message that is whole now. A packet
   * of a session is the taker's until `take` returns, other messages for good. `false`: a length that cannot be, so
   * nothing more can be read from this stream.
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

  /** Goes on with the begun record; returns how much of `chunk` it took, -1 for a length that cannot be. */
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

  /** Copies out of `chunk`, from `at` on, until `end` octets of the room are filled; returns behind what it copied. */
  #copy(room: Uint8Array, chunk: Uint8Array, at: number, end: number): number {
    const count = Math.min(Math.max(end - this.#filled, 0), chunk.length - at)
    if (count > 0) room.set(chunk.subarray(at, at + count), this.#filled)
    this.#filled += count
    return at + count
  }
}

/** A message of the handshake is kept while it is worked on, also by whoever waits meanwhile. */
function lasting(message: Uint8Array): Uint8Array {
  // Not `slice`, which copies nothing of a Buffer.
  return isOfSession(message) ? message : new Uint8Array(message)
}

function lengthAt(octets: Uint8Array, at: number): number {
  return (octets[at]! << 16) | (octets[at + 1]! << 8) | octets[at + 2]!
}
