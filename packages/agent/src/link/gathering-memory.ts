/**
 * Buffers that gather the short chunks of a stream. They are reused once acknowledged, because collecting them as
 * garbage costs as much as writing them.
 * @module
 */

/** Octets of a room. */
export const roomOctets = 2 ** 15
/**
 * Rooms that one stream remembers, as many as are ever under way, and spare ones for any stream; further ones are left
 * to the garbage collector.
 */
const maxRemembered = 160
const maxSpare = 160

const spare: Uint8Array[] = []

export class GatheringMemory {
  /** Rooms that are under way, in order, and for each the offset in the stream behind it. */
  readonly #rooms: Uint8Array[] = []
  readonly #ends: number[] = []

  /** A room for the next chunks. @param acknowledged all octets of the stream before this one are kept nowhere */
  take(acknowledged: number): Uint8Array {
    while (this.#rooms.length > 0 && this.#ends[0]! <= acknowledged) {
      this.#ends.shift()
      const room = this.#rooms.shift()!
      if (spare.length < maxSpare) spare.push(room)
    }
    return spare.pop() ?? Buffer.allocUnsafeSlow(roomOctets)
  }

  /** `room` goes into the stream; its last octet comes before `end`, `undefined`: nobody knows. */
  written(room: Uint8Array, end: number | undefined): void {
    if (end === undefined || this.#rooms.length >= maxRemembered) return
    this.#rooms.push(room)
    this.#ends.push(end)
  }
}
