/**
 * Prefixes to slot numbers on typed arrays. The hash table is cut into 256 shards that grow alone, so that a table of a
 * million prefixes never stops the thread for the time of one large copy. An entry is a hash and, beside it, the slot +
 * 1: growing, and passing over entries of others, reads nothing but the shard. A slot that was given back is given
 * again.
 * @module
 */
import type { KeyedHash } from '@vagus/address'
import { maxPrefixSlots } from '../limits.ts'
import { grown } from '../update/attribute-facts.ts'

const shardCount = 256
const firstEntries = 8
const firstSlots = 64
const none: Uint32Array = new Uint32Array(0)

export class PrefixIndex {
  readonly version: 4 | 6
  /** Words of an address: 1 or 4, least significant first. */
  readonly wordsPerKey: 1 | 4
  readonly limit: number
  /** The address in slot s is the words s × wordsPerKey and following; what lies behind the length is 0. */
  words: Uint32Array
  lengths: Uint8Array
  /** Slots in use. */
  size = 0
  /** Slots were given up to this number. */
  used = 0
  readonly #keyed: KeyedHash
  readonly #shards: Uint32Array[] = Array.from({ length: shardCount }, () => none)
  readonly #filled = new Uint32Array(shardCount)
  /** The slot + 1 that was given back last; the one before it is in its first word. 0: there is none. */
  #free = 0

  /**
   * @param limit prefixes at most, 1..2^24-1
   * @param hash with a key that no peer knows
   */
  constructor(version: 4 | 6, limit: number, hash: KeyedHash) {
    this.#keyed = hash
    this.version = version
    this.wordsPerKey = version === 4 ? 1 : 4
    this.limit = Math.min(limit, maxPrefixSlots)
    this.words = new Uint32Array(firstSlots * this.wordsPerKey)
    this.lengths = new Uint8Array(firstSlots)
  }

  /** Slots that columns beside this index must have. */
  get capacity(): number {
    return this.lengths.length
  }

  /** Slot of the prefix whose address begins at `words[at]`, or -1. */
  find(words: Uint32Array, at: number, length: number): number {
    return this.#find(words, at, length, this.#hash(words, at, length))
  }

  #find(words: Uint32Array, at: number, length: number, hash: number): number {
    const shard = this.#shards[hash >>> 24]!
    if (shard.length === 0) return -1
    const mask = shard.length - 2
    for (let place = (hash << 1) & mask; ; place = (place + 2) & mask) {
      const slot = shard[place + 1]! - 1
      if (slot < 0) return -1
      if (shard[place] === hash && this.#equals(slot, words, at, length)) return slot
    }
  }

  /** Slot of the prefix, which is put in when it is not there; -1 when the limit is reached. */
  findOrInsert(words: Uint32Array, at: number, length: number): number {
    const hash = this.#hash(words, at, length)
    const found = this.#find(words, at, length, hash)
    if (found >= 0) return found
    if (this.size >= this.limit) return -1
    const slot = this.#take()
    const key = slot * this.wordsPerKey
    for (let word = 0; word < this.wordsPerKey; word++) this.words[key + word] = words[at + word]!
    this.lengths[slot] = length
    this.size++
    this.#place(slot, hash)
    return slot
  }

  /** Takes the prefix of a slot in use out. */
  remove(slot: number): void {
    const hash = this.#hash(this.words, slot * this.wordsPerKey, this.lengths[slot]!)
    const shard = this.#shards[hash >>> 24]!
    const mask = shard.length - 2
    let gap = (hash << 1) & mask
    while (shard[gap + 1] !== slot + 1) gap = (gap + 2) & mask
    for (let place = (gap + 2) & mask; shard[place + 1] !== 0; place = (place + 2) & mask) {
      const home = (shard[place]! << 1) & mask
      if (((place - home) & mask) < ((place - gap) & mask)) continue
      shard[gap] = shard[place]!
      shard[gap + 1] = shard[place + 1]!
      gap = place
    }
    shard[gap + 1] = 0
    this.#filled[hash >>> 24] = this.#filled[hash >>> 24]! - 1
    this.size--
    this.words[slot * this.wordsPerKey] = this.#free
    this.#free = slot + 1
  }

  /** A slot that nobody uses. */
  #take(): number {
    if (this.#free === 0) {
      if (this.used === this.capacity) this.#grow()
      return this.used++
    }
    const slot = this.#free - 1
    this.#free = this.words[slot * this.wordsPerKey]!
    return slot
  }

  #hash(words: Uint32Array, at: number, length: number): number {
    return this.#keyed.ofPrefix(words, at, this.wordsPerKey, length)
  }

  #equals(slot: number, words: Uint32Array, at: number, length: number): boolean {
    if (this.lengths[slot] !== length) return false
    const key = slot * this.wordsPerKey
    for (let word = 0; word < this.wordsPerKey; word++) if (this.words[key + word] !== words[at + word]) return false
    return true
  }

  /** A shard is at most three quarters full. */
  #place(slot: number, hash: number): void {
    const number = hash >>> 24
    const filled = this.#filled[number]! + 1
    this.#filled[number] = filled
    let shard = this.#shards[number]!
    if (filled * 8 > shard.length * 3) {
      const before = shard
      shard = new Uint32Array(Math.max(firstEntries * 2, before.length * 2))
      this.#shards[number] = shard
      for (let at = 0; at < before.length; at += 2) if (before[at + 1] !== 0) put(shard, before[at]!, before[at + 1]!)
    }
    put(shard, hash, slot + 1)
  }

  #grow(): void {
    const capacity = this.capacity * 2
    this.words = grown(this.words, new Uint32Array(capacity * this.wordsPerKey))
    this.lengths = grown(this.lengths, new Uint8Array(capacity))
  }
}

/** @param entry slot + 1 */
function put(shard: Uint32Array, hash: number, entry: number): void {
  const mask = shard.length - 2
  let place = (hash << 1) & mask
  while (shard[place + 1] !== 0) place = (place + 2) & mask
  shard[place] = hash
  shard[place + 1] = entry
}
