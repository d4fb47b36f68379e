/**
 * Steps through the prefixes of an UPDATE without an object per prefix (RFC 4271 §4.3, RFC 7911 §3).
 *
 *   octets  4 with ADD-PATH  1                n
 *           path identifier  length in bits   as many octets as the bits need
 *
 * Bits behind the length are cleared: their value is irrelevant on the wire (RFC 4271 §4.3) but not in a table. The
 * octets must have passed `faultOfPrefixes`.
 * @module
 */

export class PrefixCursor {
  /** The address, least significant word first; IPv4 is words[0] alone. */
  readonly words = new Uint32Array(4)
  length = 0
  /** 0 without ADD-PATH. */
  pathId = 0
  #octets: Uint8Array = new Uint8Array(0)
  #at = 0
  #end = 0
  #hasPathId = false
  #isIpv6 = false

  /** The prefixes in `octets` from `from` up to `to` (exclusive). */
  start(octets: Uint8Array, from: number, to: number, version: 4 | 6, pathIds: 'path-ids' | 'none'): this {
    this.#octets = octets
    this.#at = from
    this.#end = to
    this.#isIpv6 = version === 6
    this.#hasPathId = pathIds === 'path-ids'
    this.pathId = 0
    return this
  }

  /** Goes to the next prefix; false when there is none. */
  next(): boolean {
    if (this.#at >= this.#end) return false
    const octets = this.#octets
    if (this.#hasPathId) {
      this.pathId = wordAt(octets, this.#at, 32)
      this.#at += 4
    }
    const length = octets[this.#at]!
    const from = this.#at + 1
    this.length = length
    this.#at = from + ((length + 7) >> 3)
    if (this.#isIpv6) {
      for (let word = 0; word < 4; word++) this.words[3 - word] = wordAt(octets, from + word * 4, length - word * 32)
    } else {
      this.words[0] = wordAt(octets, from, length)
    }
    return true
  }
}

/** The first `bits` of the four octets at `at`, the others 0; 0..2^32-1. `bits` may be outside 0..32. */
function wordAt(octets: Uint8Array, at: number, bits: number): number {
  if (bits <= 0) return 0
  let word = octets[at]! << 24
  if (bits > 8) word |= octets[at + 1]! << 16
  if (bits > 16) word |= octets[at + 2]! << 8
  if (bits > 24) word |= octets[at + 3]!
  return (bits < 32 ? word & (-1 << (32 - bits)) : word) >>> 0
}
