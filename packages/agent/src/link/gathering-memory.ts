/**
 * Buffers that gather the short chunks of a stream. They are reused once acknowledged, because collecting them as
 * garbage costs as much as writing them.
 * @module
 */

/** Octets of a buffer. */
export const roomOctets = 2 ** 15
/**
 * Buffers remembered per stream, as many as are ever in flight, and spare ones for all streams; further ones are left
 * to the garbage collector.
 */
const maxRemembered = 160
const maxSpare = 160

const spare: Uint8Array[] = []

export class GatheringMemory {
  /** Buffers in flight, in order, each with the stream offset after it. */
  readonly #rooms: Uint8Array[] = []
  readonly #ends: number[] = []

  /** A buffer for the next chunks. @param acknowledged octets of the stream before this offset are kept nowhere */
  take(acknowledged: number): Uint8Array {
    while (this.#rooms.length > 0 && this.#ends[0]! <= acknowledged) {
      this.#ends.shift()
      const room = this.#rooms.shift()!
      if (spare.length < maxSpare) spare.push(room)
    }
    return spare.pop() ?? Buffer.allocUnsafeSlow(roomOctets)
  }

  /** `room` goes into the stream, its last octet before `end`; `end` is `undefined` if unknown. */
  written(room: Uint8Array, end: number | undefined): void {
    if (end === undefined || this.#rooms.length >= maxRemembered) return
    this.#rooms.push(room)
    this.#ends.push(end)
  }
}
