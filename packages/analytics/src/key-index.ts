/**
 * A hash table from keys of a fixed number of 32-bit words to slot numbers, on typed arrays: open addressing, linear
 * probing, at most half full. It never allocates after construction. A single key cannot be removed, only all at once.
 * @module
 */

/** A place has 20 bits for the slot number. */
const maxKeys = 2 ** 20 - 1
const slotMask = maxKeys

export class KeyIndex {
  readonly capacity: number
  readonly wordsPerKey: number
  /** The key of slot s starts at word s × wordsPerKey. */
  readonly keys: Uint32Array
  readonly hashes: Uint32Array
  /** By hash: slot + 1, and the upper 12 bits of the hash, so that other keys are skipped unread. 0 is free. */
  readonly #places: Uint32Array
  readonly #mask: number
  /** Number of used slots, which are 0..size-1. */
  size = 0

  /** @throws {RangeError} when `capacity` is above `maxKeys` */
  constructor(wordsPerKey: number, capacity: number) {
    if (!(capacity >= 1 && capacity <= maxKeys))
      throw new RangeError(`"capacity" must be 1..${maxKeys}, got ${capacity}`)
    const places = 2 ** Math.ceil(Math.log2(capacity * 2))
    this.wordsPerKey = wordsPerKey
    this.capacity = capacity
    this.keys = new Uint32Array(capacity * wordsPerKey)
    this.hashes = new Uint32Array(capacity)
    this.#places = new Uint32Array(places)
    this.#mask = places - 1
  }

  /** Slot of the key at `words[at]`, or -1. */
  find(words: Uint32Array, at: number, hash: number): number {
    const { keys, wordsPerKey } = this
    const places = this.#places
    const mask = this.#mask
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const entry = places[place]! | 0
      if (entry === 0) return -1
      if (((entry ^ hash) & ~slotMask) !== 0) continue
      const slot = (entry & slotMask) - 1
      const key = slot * wordsPerKey
      let word = 0
      while (word < wordsPerKey && keys[key + word] === words[at + word]) word++
      if (word === wordsPerKey) return slot
    }
  }

  /** Adds a key that is not in the table; returns its slot, or -1 when all slots are taken. */
  insert(words: Uint32Array, at: number, hash: number): number {
    if (this.size === this.capacity) return -1
    const slot = this.size++
    const key = slot * this.wordsPerKey
    for (let word = 0; word < this.wordsPerKey; word++) this.keys[key + word] = words[at + word]!
    this.hashes[slot] = hash
    this.#place(slot, hash)
    return slot
  }

  /** Slot of the key, which is added if missing; -1 when the table is full. */
  findOrInsert(words: Uint32Array, at: number, hash: number): number {
    const slot = this.find(words, at, hash)
    return slot >= 0 ? slot : this.insert(words, at, hash)
  }

  /** Keeps the slots for which `keep` returns true, in their order, renumbered from 0. */
  retain(keep: (slot: number) => boolean, onMove: (from: number, to: number) => void): void {
    const before = this.size
    this.clear()
    for (let slot = 0; slot < before; slot++) {
      if (!keep(slot)) continue
      const to = this.size++
      const hash = this.hashes[slot]!
      this.keys.copyWithin(to * this.wordsPerKey, slot * this.wordsPerKey, (slot + 1) * this.wordsPerKey)
      this.hashes[to] = hash
      this.#place(to, hash)
      onMove(slot, to)
    }
  }

  clear(): void {
    this.#places.fill(0)
    this.size = 0
  }

  #place(slot: number, hash: number): void {
    let place = hash & this.#mask
    while (this.#places[place] !== 0) place = (place + 1) & this.#mask
    this.#places[place] = (hash & ~slotMask) | (slot + 1)
  }
}
