/**
 * A longest-prefix-match trie of one family, built once and then only read. After poptrie (Asai and Ohara, SIGCOMM
 * 2015): the first 16 bits of the address index a table, then each node takes 6 bits more. A node is two groups of 32
 * slots, and a group is four words, so that one step touches one cache line:
 *
 *   children   bit s set: slot s goes on in a child node
 *   runs       bit s set: slot s begins a run of slots with one result
 *   firstChild number of the group's first child node; the others follow it in the order of their slots
 *   firstLeaf  place of the group's first run in `leaves`
 *
 * Bits are counted, not stored as pointers: 16 octets for 32 slots. IPv4 ends after 3 nodes at most, IPv6 after 19.
 * @module
 */

/** Result of no prefix. As AS number 4294967295 is reserved (RFC 7300), nobody misses it as a value. */
export const noValue = 0xffffffff

export const directBits = 16
export const strideBits = 6
export const wordsPerNode = 8

/** An entry of the direct table with this bit set is a place in `leaves`, else a node. */
export const leafFlag = 0x80000000

export interface PrefixTrie {
  /** One entry for each value of the first 16 bits. */
  readonly direct: Uint32Array
  readonly nodes: Uint32Array
  readonly leaves: Uint32Array
}

/** Value of the longest prefix for the address whose first 64 and last 64 bits are `w3`,`w2` and `w1`,`w0`; or -1. */
export function lookUpTrie(trie: PrefixTrie, w3: number, w2: number, w1: number, w0: number): number {
  const entry = trie.direct[w3 >>> 16]!
  if (entry >= leafFlag) return resultOf(trie.leaves[entry & 0x7fffffff]!)
  const { nodes } = trie
  let node = entry
  // The bits not used yet, moved up by 6 a step; after 8 steps the first 64 bits are used up (16 + 8 × 6).
  let high = (w3 << 16) | (w2 >>> 16)
  let low = w2 << 16
  for (let step = 1; ; step++) {
    const slot = high >>> 26
    const group = node * wordsPerNode + ((slot >>> 5) << 2)
    const bit = slot & 31
    const children = nodes[group]!
    if (((children >>> bit) & 1) === 0) {
      const leaf = nodes[group + 3]! + bitCount(nodes[group + 1]! & ((2 << bit) - 1)) - 1
      return resultOf(trie.leaves[leaf]!)
    }
    node = nodes[group + 2]! + bitCount(children & ((1 << bit) - 1))
    if (step === 8) {
      high = w1
      low = w0
    } else {
      high = (high << strideBits) | (low >>> 26)
      low <<= strideBits
    }
  }
}

function resultOf(leaf: number): number {
  return leaf === noValue ? -1 : leaf
}

/** Bits set in the 32-bit `word`. */
function bitCount(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555)
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333)
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
