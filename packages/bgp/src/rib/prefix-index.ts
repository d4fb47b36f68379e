/**
 * Prefixes to slot numbers on typed arrays. The hash table is cut into 256 shards that grow alone, so that a table of a
 * million prefixes never stops the thread for the time of one large copy. A slot that was given back is given again.
 * @module
 */
import { hashEnd, hashMore } from '@vagus/address'
import { maxPrefixSlots } from '../limits.ts'
import { grown } from '../update/attribute-facts.ts'

const shardCount = 256
const firstShard = 8
const firstSlots = 64
const none: Uint32Array = new Uint32Array(0)

/** An entry of a shard: slot + 1 in 24 bits, and above them 8 bits of the hash that choose neither shard nor place. */
const slotMask = 0x00ff_ffff
const tagMask = ~slotMask
const tagOf = (hash: number): number => (hash << 8) & tagMask

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
  readonly #shards: Uint32Array[] = Array.from({ length: shardCount }, () => none)
  readonly #filled = new Uint32Array(shardCount)
  #free: number[] = []

  /** @param limit prefixes at most, 1..2^24-1 */
  constructor(version: 4 | 6, limit: number) {
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
    const mask = shard.length - 1
    if (mask < 0) return -1
    const tag = tagOf(hash)
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const entry = shard[place]!
      if (entry === 0) return -1
      // Another tag is another prefix: its words, which are elsewhere in memory, need not be read.
      if (((entry ^ tag) & tagMask) !== 0) continue
      const slot = (entry & slotMask) - 1
      if (this.#equals(slot, words, at, length)) return slot
    }
  }

  /** Slot of the prefix, which is put in when it is not there; -1 when the limit is reached. */
  findOrInsert(words: Uint32Array, at: number, length: number): number {
    const hash = this.#hash(words, at, length)
    const found = this.#find(words, at, length, hash)
    if (found >= 0) return found
    if (this.size >= this.limit) return -1
    const slot = this.#free.pop() ?? this.used++
    if (slot >= this.capacity) this.#grow()
    for (let word = 0; word < this.wordsPerKey; word++) this.words[slot * this.wordsPerKey + word] = words[at + word]!
    this.lengths[slot] = length
    this.size++
    this.#place(slot, hash)
    return slot
  }

  /** Takes the prefix of a slot in use out. */
  remove(slot: number): void {
    const hash = this.#hashOf(slot)
    const shard = this.#shards[hash >>> 24]!
    const mask = shard.length - 1
    let gap = hash & mask
    const own = (tagOf(hash) | (slot + 1)) >>> 0
    while (shard[gap] !== own) gap = (gap + 1) & mask
    for (let place = (gap + 1) & mask; shard[place] !== 0; place = (place + 1) & mask) {
      const home = this.#hashOf((shard[place]! & slotMask) - 1) & mask
      if (((place - home) & mask) < ((place - gap) & mask)) continue
      shard[gap] = shard[place]!
      gap = place
    }
    shard[gap] = 0
    this.#filled[hash >>> 24] = this.#filled[hash >>> 24]! - 1
    this.size--
    this.#free.push(slot)
  }

  #hash(words: Uint32Array, at: number, length: number): number {
    let hash = hashMore(length, words[at]!)
    for (let word = 1; word < this.wordsPerKey; word++) hash = hashMore(hash, words[at + word]!)
    return hashEnd(hash)
  }

  #hashOf(slot: number): number {
    return this.#hash(this.words, slot * this.wordsPerKey, this.lengths[slot]!)
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
    if (filled * 4 > shard.length * 3) {
      const before = shard
      shard = new Uint32Array(Math.max(firstShard, before.length * 2))
      this.#shards[number] = shard
      for (const entry of before) if (entry !== 0) put(shard, entry, this.#hashOf((entry & slotMask) - 1))
    }
    put(shard, (tagOf(hash) | (slot + 1)) >>> 0, hash)
  }

  #grow(): void {
    const capacity = this.capacity * 2
    this.words = grown(this.words, new Uint32Array(capacity * this.wordsPerKey))
    this.lengths = grown(this.lengths, new Uint8Array(capacity))
  }
}

function put(shard: Uint32Array, entry: number, hash: number): void {
  const mask = shard.length - 1
  let place = hash & mask
  while (shard[place] !== 0) place = (place + 1) & mask
  shard[place] = entry
}
