/**
 * Longest-prefix match over both families: built once from prefixes and their values, then read without allocation,
 * straight from address columns. A change of the prefixes means a new table.
 * @module
 */
import { formatPrefix, type Prefix } from './prefix.ts'
import { buildPrefixTrie, type PrefixColumns } from './prefix-trie-builder.ts'
import { lookUpTrie, noValue, type PrefixTrie } from './prefix-trie.ts'
import { writeWords } from './words.ts'

/** Eight times the routes of today's Internet; keeps node numbers far from the 2^31 that a trie can hold. */
export const maxPrefixes = 8_388_608

export class PrefixTable {
  /** Prefixes in the table. */
  readonly size: number
  readonly #ipv4: PrefixTrie
  readonly #ipv6: PrefixTrie

  /**
   * Values are 0..2^32-2. IPv4 addresses are matched by IPv4 prefixes only: ::/0 is no route for them.
   * @throws {RangeError} on a value out of range, one prefix with two values, or more than `maxPrefixes`
   */
  constructor(entries: Iterable<readonly [prefix: Prefix, value: number]>) {
    const all = [...entries]
    if (all.length > maxPrefixes) {
      throw new RangeError(`a prefix table holds at most ${maxPrefixes} prefixes, got ${all.length}`)
    }
    this.#ipv4 = buildPrefixTrie(columnsOf(all.filter(([prefix]) => prefix.version === 4)))
    this.#ipv6 = buildPrefixTrie(columnsOf(all.filter(([prefix]) => prefix.version === 6)))
    this.size = all.length
  }

  /** Value of the longest prefix that holds the address in `words[at]`..`words[at + 3]` (least significant first), or -1. */
  lookup(words: Uint32Array, at: number): number {
    const w0 = words[at]!
    const w1 = words[at + 1]!
    const w2 = words[at + 2]!
    const w3 = words[at + 3]!
    if (w1 === 0xffff && w2 === 0 && w3 === 0) return lookUpTrie(this.#ipv4, w0, 0, 0, 0)
    return lookUpTrie(this.#ipv6, w3, w2, w1, w0)
  }

  /** The same for an IPv4 address as a number. */
  lookup4(address: number): number {
    return lookUpTrie(this.#ipv4, address, 0, 0, 0)
  }

  /** Octets of memory that the table takes. */
  get octets(): number {
    return [this.#ipv4, this.#ipv6].reduce(
      (sum, { direct, nodes, leaves }) => sum + direct.byteLength + nodes.byteLength + leaves.byteLength,
      0,
    )
  }
}

function columnsOf(entries: readonly (readonly [Prefix, number])[]): PrefixColumns {
  const count = entries.length
  const columns = {
    count,
    words: new Uint32Array(count * 4),
    lengths: new Uint8Array(count),
    values: new Uint32Array(count),
    order: Uint32Array.from({ length: count }, (_, index) => index),
  }
  const least = new Uint32Array(4)
  for (const [index, [prefix, value]] of entries.entries()) {
    if (!Number.isInteger(value) || value < 0 || value >= noValue) {
      throw new RangeError(`value of ${formatPrefix(prefix)} must be an integer 0..${noValue - 1}, got ${value}`)
    }
    writeWords(least, 0, prefix.octets)
    if (prefix.version === 4) columns.words[index * 4] = least[0]!
    else columns.words.set([least[3]!, least[2]!, least[1]!, least[0]!], index * 4)
    columns.lengths[index] = prefix.length
    columns.values[index] = value
  }
  const compare = (a: number, b: number): number => comparePlaces(columns, a, b)
  columns.order.sort(compare)
  for (let place = 1; place < count; place++) {
    const [before, here] = [columns.order[place - 1]!, columns.order[place]!]
    if (compare(before, here) !== 0 || columns.values[before] === columns.values[here]) continue
    const [low, high] = [columns.values[before]!, columns.values[here]!].sort((a, b) => a - b)
    throw new RangeError(`prefix ${formatPrefix(entries[here]![0])} has two values, ${low} and ${high}; one is wanted`)
  }
  return columns
}

function comparePlaces({ words, lengths }: PrefixColumns, a: number, b: number): number {
  for (let word = 0; word < 4; word++) {
    const difference = words[a * 4 + word]! - words[b * 4 + word]!
    if (difference !== 0) return difference
  }
  return lengths[a]! - lengths[b]!
}
