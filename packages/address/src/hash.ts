/**
 * Hash of keys of 32-bit words: the rounds and constants of MurmurHash3. Suitable for tables, but not for keys that an
 * attacker may choose: see `keyed-hash.ts`.
 * @module
 */

/** Hash of `count` words from `words[at]` on, 0..2^32-1. */
export function hashWords(words: Uint32Array, at: number, count: number): number {
  let hash = 0
  for (let word = at; word < at + count; word++) hash = hashMore(hash, words[word]!)
  return hashEnd(hash)
}

/** One round with the hash so far (initially 0) and the next word. Pass the last result through `hashEnd`. */
export function hashMore(hash: number, word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51)
  const next = hash ^ Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0
}

/** The hash after the last word, 0..2^32-1. */
export function hashEnd(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
