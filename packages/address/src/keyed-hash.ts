/**
 * A hash with a secret key, for tables over values that an attacker may choose: addresses and ports, prefixes, path
 * attributes. Multilinear over half-words modulo 2^32 (Carter and Wegman 1979; Lemire and Kaser, "Strongly universal
 * string hashing is fast", 2014): for an attacker without the secret key any two different keys collide in the low 17
 * bits with probability 2^-17, in all 32 bits with 2^-32. Seeding a hash of fixed rounds is not enough: some keys are
 * known to collide under every seed.
 * @module
 */
import { type FiveTupleColumns, wordsPerFiveTuple, writeFiveTuple } from './five-tuple.ts'
import { hashEnd } from './hash.ts'

const longest = wordsPerFiveTuple
/** Words of the secret key: two sums, each with an initial word and one word per half-word. */
export const hashKeyWords = 2 + longest * 4

/** Filled by `ofFiveTuple`: the ten words of the key, and the hashes of its parts. */
export interface FiveTupleHashes {
  readonly key: Uint32Array
  srcHash: number
  dstHash: number
  pairHash: number
  conversationHash: number
}

export class KeyedHash {
  readonly #key: Uint32Array

  /** `key`: `hashKeyWords` random, secret words. @throws {RangeError} when it has fewer */
  constructor(key: Uint32Array) {
    if (key.length < hashKeyWords) throw new RangeError(`a hash key must have ${hashKeyWords} words, got ${key.length}`)
    this.#key = key.slice(0, hashKeyWords)
  }

  /** Hash of up to ten words from `words[at]` on, 0..2^32-1; use bits 0..16 as the index of a table. */
  of(words: Uint32Array, at: number, count: number): number {
    const key = this.#key
    let a = key[0]!
    let b = key[1]!
    for (let index = 0, k = 2; index < count; index++, k += 4) {
      const word = words[at + index]!
      const low = word & 0xffff
      const high = word >>> 16
      a = (a + Math.imul(low, key[k]!) + Math.imul(high, key[k + 1]!)) | 0
      b = (b + Math.imul(low, key[k + 2]!) + Math.imul(high, key[k + 3]!)) | 0
    }
    return joined(a, b)
  }

  /**
   * Hash of a prefix: its length, and its address in up to four words. Prefixes of a network are equidistant, and so
   * are their sums, which would cluster under linear probing. The final permutation of MurmurHash3 breaks up such
   * clusters.
   */
  ofPrefix(words: Uint32Array, at: number, count: number, length: number): number {
    const key = this.#key
    let a = (key[0]! + Math.imul(length, key[2]!)) | 0
    let b = (key[1]! + Math.imul(length, key[4]!)) | 0
    for (let index = 0, k = 6; index < count; index++, k += 4) {
      const word = words[at + index]!
      const low = word & 0xffff
      const high = word >>> 16
      a = (a + Math.imul(low, key[k]!) + Math.imul(high, key[k + 1]!)) | 0
      b = (b + Math.imul(low, key[k + 2]!) + Math.imul(high, key[k + 3]!)) | 0
    }
    return hashEnd(joined(a, b))
  }

  /**
   * Hash of any number of octets and a `context` of up to 16 bits. Each step hashes nine words together with the
   * previous hash, so the probability of a collision grows by 2^-32 per step.
   */
  ofOctets(octets: Uint8Array, from: number, to: number, context: number): number {
    const key = this.#key
    let before = (context << 16) | ((to - from) & 0xffff)
    let at = from
    do {
      const low = before & 0xffff
      const high = before >>> 16
      let a = (key[0]! + Math.imul(low, key[2]!) + Math.imul(high, key[3]!)) | 0
      let b = (key[1]! + Math.imul(low, key[4]!) + Math.imul(high, key[5]!)) | 0
      let k = 6
      for (; k < hashKeyWords && at + 4 <= to; k += 4, at += 4) {
        const first = octets[at]! | (octets[at + 1]! << 8)
        const second = octets[at + 2]! | (octets[at + 3]! << 8)
        a = (a + Math.imul(first, key[k]!) + Math.imul(second, key[k + 1]!)) | 0
        b = (b + Math.imul(first, key[k + 2]!) + Math.imul(second, key[k + 3]!)) | 0
      }
      // The last one to three octets, each with its own word of the key.
      for (; k < hashKeyWords && at < to; k += 4, at++) {
        a = (a + Math.imul(octets[at]!, key[k]!)) | 0
        b = (b + Math.imul(octets[at]!, key[k + 2]!)) | 0
      }
      before = joined(a, b)
    } while (at < to)
    return hashEnd(before)
  }

  /** Fills the key of a row of flow records, and the results of `of` for source, destination, both, and the whole. */
  ofFiveTuple(into: FiveTupleHashes, columns: FiveTupleColumns, row: number): void {
    writeFiveTuple(into.key, columns, row)
    const words = into.key
    const key = this.#key
    let a = key[0]!
    let b = key[1]!
    for (let index = 0, k = 2; index < longest; index++, k += 4) {
      if (index === 4) into.srcHash = joined(a, b)
      else if (index === 8) into.pairHash = joined(a, b)
      const word = words[index]!
      const low = word & 0xffff
      const high = word >>> 16
      a = (a + Math.imul(low, key[k]!) + Math.imul(high, key[k + 1]!)) | 0
      b = (b + Math.imul(low, key[k + 2]!) + Math.imul(high, key[k + 3]!)) | 0
    }
    into.conversationHash = joined(a, b)
    into.dstHash = this.of(words, 4, 4)
  }
}

/** The upper bits of a sum are random: 17 of the first index a table, 15 of the second distinguish keys. */
function joined(a: number, b: number): number {
  return ((a >>> 15) | (b & 0xfffe0000)) >>> 0
}
