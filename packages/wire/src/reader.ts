/**
 * Reads big-endian fields from octets, checks every bound, and knows its offset from the start of the message.
 * @module
 */
import { DecodeError } from './decode-error.ts'

export class Reader {
  readonly #octets: Uint8Array
  readonly #view: DataView
  readonly #end: number
  #at: number

  /** Reads `octets` from `start` up to `end` (exclusive); offsets in errors count from octet 0 of `octets`. */
  constructor(octets: Uint8Array, start = 0, end = octets.length) {
    if (start < 0 || end > octets.length || start > end) {
      throw new RangeError(`"start" and "end" must be within 0..${octets.length}, got ${start}..${end}`)
    }
    this.#octets = octets
    this.#view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
    this.#at = start
    this.#end = end
  }

  /** Octets from the start of the message to the next octet to read. */
  get offset(): number {
    return this.#at
  }

  /** Remaining octets. */
  get left(): number {
    return this.#end - this.#at
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2))
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4))
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4))
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#take(8))
  }

  /** `count` octets as a view on the message, not a copy: valid while the message's buffer is not reused. */
  octets(count: number): Uint8Array {
    const at = this.#take(count)
    return this.#octets.subarray(at, at + count)
  }

  /** What was read since `offset`, as a view like `octets`: for signatures over a part of a message. */
  since(offset: number): Uint8Array {
    return this.#octets.subarray(offset, this.#at)
  }

  skip(count: number): void {
    this.#take(count)
  }

  /** A reader bounded to the next `count` octets, with the same offsets; this reader continues after them. */
  sub(count: number): Reader {
    const at = this.#take(count)
    return new Reader(this.#octets, at, at + count)
  }

  /** @throws {DecodeError} `trailing-octets` when octets remain. */
  end(): void {
    if (this.left > 0) throw new DecodeError('trailing-octets', this.#at, `${this.left} octets too many`)
  }

  #take(count: number): number {
    const at = this.#at
    if (count > this.#end - at) {
      throw new DecodeError('truncated', at, `${count} octets wanted, ${this.#end - at} left`)
    }
    this.#at = at + count
    return at
  }
}
