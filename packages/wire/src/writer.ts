/**
 * Writes big-endian fields into a growing buffer. A value that does not fit its field throws a RangeError: it is a
 * mistake of the caller, and DataView would wrap it silently.
 * @module
 */

const firstOctets = 256

export class Writer {
  #octets: Uint8Array<ArrayBuffer>
  #view: DataView
  #length = 0

  constructor(capacity = firstOctets) {
    this.#octets = new Uint8Array(capacity)
    this.#view = new DataView(this.#octets.buffer)
  }

  /** Octets written so far. */
  get length(): number {
    return this.#length
  }

  uint8(value: number): void {
    checkRange(value, 0xff)
    const at = this.#grow(1)
    this.#view.setUint8(at, value)
  }

  uint16(value: number): void {
    checkRange(value, 0xffff)
    const at = this.#grow(2)
    this.#view.setUint16(at, value)
  }

  uint32(value: number): void {
    checkRange(value, 0xffff_ffff)
    const at = this.#grow(4)
    this.#view.setUint32(at, value)
  }

  uint64(value: bigint): void {
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn) throw new RangeError(`value must be 0..2^64-1, got ${value}`)
    const at = this.#grow(8)
    this.#view.setBigUint64(at, value)
  }

  octets(value: Uint8Array): void {
    const at = this.#grow(value.length)
    this.#octets.set(value, at)
  }

  /** Writes the output of `body`, preceded by its length in octets as a field of `size` octets. */
  counted(size: 1 | 2 | 4, body: () => void): void {
    const at = this.#grow(size)
    body()
    const length = this.#length - at - size
    checkRange(length, 2 ** (8 * size) - 1)
    if (size === 1) this.#view.setUint8(at, length)
    else if (size === 2) this.#view.setUint16(at, length)
    else this.#view.setUint32(at, length)
  }

  /** A copy of the written octets. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#octets.slice(0, this.#length)
  }

  /** Starts again in the same memory. */
  clear(): void {
    this.#length = 0
  }

  /** Makes room and returns its offset. Replaces `#view`, so callers must read `#view` after the call. */
  #grow(count: number): number {
    const at = this.#length
    const needed = at + count
    if (needed > this.#octets.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#octets.length))
      larger.set(this.#octets)
      this.#octets = larger
      this.#view = new DataView(larger.buffer)
    }
    this.#length = needed
    return at
  }
}

function checkRange(value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new RangeError(`value must be 0..${max}, got ${value}`)
}
