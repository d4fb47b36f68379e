/**
 * Longest-prefix match over both families: built once from prefixes and their values, then read from address columns
 * without allocation. A change of the prefixes requires a new table.
 * @module
 */
import type { Prefix } from './prefix.ts'
import { SortedPrefixes } from './prefix-columns.ts'
import { buildPrefixTrie } from './prefix-trie-builder.ts'
import { lookUpTrie, type PrefixTrie } from './prefix-trie.ts'

/** Eight times the routes of today's Internet; keeps node numbers far from the 2^31 that a trie can hold. */
const maxPrefixes = 8_388_608

export class PrefixTable {
  /** Prefixes in the table. */
  readonly size: number
  readonly #ipv4: PrefixTrie
  readonly #ipv6: PrefixTrie

  /**
   * Values are 0..2^32-2. Only IPv4 prefixes match IPv4 addresses: ::/0 is not a route for them.
   * @throws {RangeError} on a value out of range, one prefix with two values, or more than `maxPrefixes`
   */
  constructor(entries: Iterable<readonly [prefix: Prefix, value: number]>) {
    const ipv4 = new SortedPrefixes(4)
    const ipv6 = new SortedPrefixes(6)
    for (const [prefix, value] of entries) {
      if (ipv4.count + ipv6.count === maxPrefixes) {
        throw new RangeError(`a prefix table must have at most ${maxPrefixes} prefixes, got more`)
      }
      ;(prefix.version === 4 ? ipv4 : ipv6).add(prefix, value)
    }
    this.size = ipv4.count + ipv6.count
    this.#ipv4 = buildPrefixTrie(ipv4.sort())
    this.#ipv6 = buildPrefixTrie(ipv6.sort())
  }

  /** Value of the longest prefix that contains the address in `words[at]`..`words[at + 3]` (see `words.ts`), or -1. */
  lookup(words: Uint32Array, at: number): number {
    const w0 = words[at]!
    const w1 = words[at + 1]!
    const w2 = words[at + 2]!
    const w3 = words[at + 3]!
    if (w1 === 0xffff && w2 === 0 && w3 === 0) return lookUpTrie(this.#ipv4, w0, 0, 0, 0)
    return lookUpTrie(this.#ipv6, w3, w2, w1, w0)
  }

  /** Octets of memory of the table. */
  get octets(): number {
    return [this.#ipv4, this.#ipv6]
      .flatMap(({ direct, nodes, entries, buckets }) => [direct, nodes, entries, buckets])
      .reduce((sum, { byteLength }) => sum + byteLength, 0)
  }
}
