/**
 * A longest-prefix-match trie of one family, built once and then only read. The first 16 bits of the address index a
 * table of entries; each node consumes 8 more bits; when few prefixes remain below, a bucket ends the search.
 *
 *   entry   two words: its kind, and the value, the number of a node, or the offset of a bucket
 *   node    8 groups of 32 slots: one cache line. A group is two words: `runs`, in which bit s is set if slot s starts
 *           a run of slots with one entry, and the offset of the entry of its first run; the others follow
 *   bucket  intervals of the next 32 bits: leaves of one cache line each, with the first addresses of 8 intervals and
 *           then their values; before them a cache line with the number of leaves and the first address of each except
 *           the first. A bucket with a single leaf omits this line
 *
 * Runs are bits and adjacent slots share entries, so that a million prefixes take little more memory than their own
 * size: the cost of a look-up is the number of cache lines that it fetches.
 * @module
 */

/** Result when no prefix matches. Not needed as a value, as AS number 4294967295 is reserved (RFC 7300). */
export const noValue = 0xffffffff

export const directBits = 16
export const strideBits = 8
export const wordsPerNode = 16

/** Kind of an entry: the result, or the next step of the search. */
export const entryKind = { value: 0, node: 1, leaf: 2, bucket: 3 } as const

/** Words of a cache line, and so the maximum leaves whose first addresses fit into one. */
export const wordsPerLine = 16
export const intervalsPerLeaf = 8

export interface PrefixTrie {
  /** An entry for each value of the first 16 bits. */
  readonly direct: Uint32Array
  readonly nodes: Uint32Array
  readonly entries: Uint32Array
  readonly buckets: Uint32Array
}

/** Value of the longest prefix for the address whose 128 bits are `w3`, `w2`, `w1`, `w0`; or -1. */
export function lookUpTrie(trie: PrefixTrie, w3: number, w2: number, w1: number, w0: number): number {
  const { nodes, entries } = trie
  const first = (w3 >>> 16) * 2
  let kind = trie.direct[first]!
  let content = trie.direct[first + 1]!
  if (kind === entryKind.value) return resultOf(content)
  // The remaining bits, shifted up at each step.
  let a = (w3 << 16) | (w2 >>> 16)
  let b = (w2 << 16) | (w1 >>> 16)
  let c = (w1 << 16) | (w0 >>> 16)
  let d = w0 << 16
  while (kind === entryKind.node) {
    const group = content * wordsPerNode + (a >>> 29) * 2
    const upToSlot = (2 << ((a >>> 24) & 31)) - 1
    const entry = (nodes[group + 1]! + bitCount(nodes[group]! & upToSlot) - 1) * 2
    kind = entries[entry]!
    content = entries[entry + 1]!
    a = (a << strideBits) | (b >>> 24)
    b = (b << strideBits) | (c >>> 24)
    c = (c << strideBits) | (d >>> 24)
    d <<= strideBits
  }
  if (kind === entryKind.value) return resultOf(content)
  const leaf = kind === entryKind.leaf ? content : leafOf(trie.buckets, content, a >>> 0)
  return resultOf(lookUpLeaf(trie.buckets, leaf, a >>> 0))
}

/** Index of the last leaf that starts at or before `address`, 0..2^32-1. Unused places hold the last address. */
function leafOf(buckets: Uint32Array, bucket: number, address: number): number {
  let leaf = 0
  if (buckets[bucket + 8]! <= address) leaf = 8
  if (buckets[bucket + leaf + 4]! <= address) leaf += 4
  if (buckets[bucket + leaf + 2]! <= address) leaf += 2
  if (buckets[bucket + leaf + 1]! <= address) leaf += 1
  const last = buckets[bucket]! - 1
  return bucket + wordsPerLine * (1 + (leaf < last ? leaf : last))
}

/** Value of the last interval of a leaf that starts at or before `address`. The last interval fills the leaf. */
function lookUpLeaf(buckets: Uint32Array, leaf: number, address: number): number {
  let at = leaf
  if (buckets[at + 4]! <= address) at += 4
  if (buckets[at + 2]! <= address) at += 2
  if (buckets[at + 1]! <= address) at += 1
  return buckets[at + intervalsPerLeaf]!
}

function resultOf(value: number): number {
  return value === noValue ? -1 : value
}

/** Bits set in the 32-bit `word`. */
function bitCount(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555)
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333)
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
