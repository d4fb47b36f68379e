/**
 * The prefixes of one family in the order of (address, length), as columns: a million objects would take more memory
 * than the table built from them.
 * @module
 */
import { formatPrefix, type Prefix } from './prefix.ts'
import type { PrefixColumns } from './prefix-trie-builder.ts'
import { noValue } from './prefix-trie.ts'
import { octetsOfWords, writeWords } from './words.ts'

export class SortedPrefixes {
  readonly #version: 4 | 6
  #words = new Uint32Array(256)
  #lengths = new Uint8Array(64)
  #values = new Uint32Array(64)
  count = 0

  constructor(version: 4 | 6) {
    this.#version = version
  }

  /** @throws {RangeError} on a value other than 0..2^32-2 */
  add(prefix: Prefix, value: number): void {
    if (!Number.isInteger(value) || value < 0 || value >= noValue) {
      throw new RangeError(`value of ${formatPrefix(prefix)} must be an integer 0..${noValue - 1}, got ${value}`)
    }
    if (this.count === this.#lengths.length) this.#grow()
    const place = this.count++
    writeWords(this.#words, place * 4, prefix.octets)
    this.#lengths[place] = prefix.length
    this.#values[place] = value
  }

  /** @throws {RangeError} when one prefix has two values */
  sort(): PrefixColumns {
    const { count } = this
    // The trie reads the most significant bit first, and an IPv4 address from the first word on.
    for (let at = 0; at < count * 4; at += 4) {
      const words = this.#words.subarray(at, at + 4).reverse()
      if (this.#version === 4) words.copyWithin(0, 3)
    }
    const order = Uint32Array.from({ length: count }, (_, place) => place)
    order.sort((a, b) => this.#compare(a, b))
    for (let place = 1; place < count; place++) this.#checkPair(order[place - 1]!, order[place]!)
    return { count, words: this.#words, lengths: this.#lengths, values: this.#values, order }
  }

  #compare(a: number, b: number): number {
    const words = this.#words
    for (let word = 0; word < 4; word++) {
      const difference = words[a * 4 + word]! - words[b * 4 + word]!
      if (difference !== 0) return difference
    }
    return this.#lengths[a]! - this.#lengths[b]!
  }

  #checkPair(a: number, b: number): void {
    if (this.#compare(a, b) !== 0 || this.#values[a] === this.#values[b]) return
    const [low, high] = [this.#values[a]!, this.#values[b]!].sort((x, y) => x - y)
    const [w0, w1, w2, w3] = this.#words.subarray(a * 4, a * 4 + 4)
    const least = this.#version === 4 ? [w0!, 0xffff, 0, 0] : [w3!, w2!, w1!, w0!]
    const octets = octetsOfWords(Uint32Array.from(least), 0)
    const text = formatPrefix({ version: this.#version, octets, length: this.#lengths[a]! })
    throw new RangeError(`prefix ${text} must have one value, got ${low} and ${high}`)
  }

  #grow(): void {
    const size = this.#lengths.length * 2
    const [words, lengths, values] = [new Uint32Array(size * 4), new Uint8Array(size), new Uint32Array(size)]
    words.set(this.#words)
    lengths.set(this.#lengths)
    values.set(this.#values)
    this.#words = words
    this.#lengths = lengths
    this.#values = values
  }
}
