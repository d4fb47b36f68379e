/**
 * Heavy hitters in bounded memory: Space-Saving (Metwally, Agrawal, El Abbadi, 2005) with the filter of Homem and
 * Carvalho (2010), on typed arrays.
 *
 * A sketch lists up to 2 × `capacity` keys. When it is full, the lighter half is removed and its counts go into the
 * filter: one cell for many keys, never less than the count of any unlisted key of that cell. An unlisted key adds to
 * its cell and is listed when the cell reaches the count of the lightest remaining key; the cell's content becomes its
 * `error`. So for each listed key count - error <= true <= count, and no unlisted key has more than `floor`. Removing
 * halves costs less than a heap updated with every record. Until the first removal, all counts are exact.
 * @module
 */
import { KeyIndex } from './key-index.ts'
import { kthLargest } from './kth-largest.ts'

/** One listed key. The true octets are within octets - error..octets; packets and flows count since its listing. */
export interface HeavyHitter {
  /** The key's words; a view on the sketch, valid until its next change. */
  readonly key: Uint32Array
  readonly octets: number
  readonly error: number
  readonly packets: number
  readonly flows: number
}

/** Offsets in the row of a key. */
const row = { octets: 0, error: 1, packets: 2, flows: 3 } as const
const rowLength = 4

/** Cells of the filter per unit of capacity: with more cells, fewer keys share one. */
const cellsPerKey = 4

export class SpaceSaving {
  readonly wordsPerKey: number
  readonly capacity: number
  readonly #cells: number
  #index: KeyIndex
  /** Rows of four by slot, see `row`: a record changes a single cache line. */
  #rows: Float64Array
  #filter: Float64Array | undefined
  #scratch: Float64Array | undefined
  #floor = 0

  /** Keys of `wordsPerKey` 32-bit words; keeps at least the `capacity` heaviest. 16 × N is enough for a top N. */
  constructor(wordsPerKey: number, capacity: number, cells = capacity * cellsPerKey) {
    if (!(capacity >= 1)) throw new RangeError(`"capacity" must be at least 1, got ${capacity}`)
    this.wordsPerKey = wordsPerKey
    this.capacity = capacity
    this.#cells = 2 ** Math.ceil(Math.log2(cells))
    this.#index = new KeyIndex(wordsPerKey, capacity * 2)
    this.#rows = new Float64Array(capacity * 2 * rowLength)
  }

  /** Maximum octets of an unlisted key; 0 while all keys are listed with their true counts. */
  get floor(): number {
    return this.#floor
  }

  /** Number of listed keys. */
  get size(): number {
    return this.#index.size
  }

  /**
   * Adds a record of the key at `words[at]`, whose hash is `hash`. The hash must be from the same function for all
   * records, and its low bits must not be predictable.
   */
  add(words: Uint32Array, at: number, hash: number, octets: number, packets: number, flows: number): void {
    let slot = this.#index.find(words, at, hash)
    if (slot < 0) {
      if (this.#index.size === this.#index.capacity) this.#compact()
      let before = 0
      if (this.#floor > 0) {
        const cell = hash & (this.#cells - 1)
        before = this.#filter![cell]!
        if (before + octets < this.#floor) {
          this.#filter![cell] = before + octets
          return
        }
      }
      slot = this.#index.insert(words, at, hash)
      this.#rows[slot * rowLength + row.octets] = before
      this.#rows[slot * rowLength + row.error] = before
      this.#rows[slot * rowLength + row.packets] = 0
      this.#rows[slot * rowLength + row.flows] = 0
    }
    const rows = this.#rows
    const from = slot * rowLength
    rows[from + row.octets]! += octets
    rows[from + row.packets]! += packets
    rows[from + row.flows]! += flows
  }

  /** The `n` heaviest listed keys, heaviest first. */
  top(n: number): readonly HeavyHitter[] {
    const slots = Array.from({ length: this.size }, (_, slot) => slot)
    slots.sort((a, b) => this.#rows[b * rowLength]! - this.#rows[a * rowLength]!)
    return slots.slice(0, n).map((slot) => {
      const [octets, error, packets, flows] = this.#rows.subarray(slot * rowLength, (slot + 1) * rowLength)
      const key = this.#index.keys.subarray(slot * this.wordsPerKey, (slot + 1) * this.wordsPerKey)
      return { key, octets: octets!, error: error!, packets: packets!, flows: flows! }
    })
  }

  /** Clears the sketch and keeps its memory. */
  clear(): void {
    this.#index.clear()
    if (this.#floor > 0) this.#filter!.fill(0)
    this.#floor = 0
  }

  /**
   * Merges several sketches (time slices, or several agents) into one with the same guarantees. It lists all keys that
   * any of them lists, so it is as large as all of them together.
   * @throws {RangeError} when they differ in key or capacity
   */
  static merged(sketches: readonly SpaceSaving[]): SpaceSaving {
    const [first] = sketches
    if (first === undefined) throw new RangeError('there must be at least one sketch to merge')
    const listed = sketches.reduce((sum, { size }) => sum + size, 0)
    const merged = new SpaceSaving(first.wordsPerKey, Math.max(first.capacity, Math.ceil(listed / 2)), first.#cells)
    const filter = new Float64Array(merged.#cells)
    for (const sketch of sketches) {
      if (sketch.wordsPerKey !== merged.wordsPerKey || sketch.#cells !== merged.#cells) {
        throw new RangeError('sketches to merge must have the same key size and capacity')
      }
      merged.#floor += sketch.#floor
      if (sketch.#floor > 0) for (let cell = 0; cell < filter.length; cell++) filter[cell]! += sketch.#filter![cell]!
      merged.#take(sketch)
    }
    merged.#filter = filter
    for (let slot = 0; slot < merged.size; slot++) {
      const cell = filter[merged.#index.hashes[slot]! & (merged.#cells - 1)]!
      const from = slot * rowLength
      merged.#rows[from + row.octets]! += cell
      merged.#rows[from + row.error] = Math.max(0, merged.#rows[from + row.error]! + cell)
    }
    return merged
  }

  /** Adds the listed keys of `other`, less its filter's cells: the merged filter is added to all keys at the end. */
  #take(other: SpaceSaving): void {
    const { keys, hashes, size } = other.#index
    for (let slot = 0; slot < size; slot++) {
      const hash = hashes[slot]!
      const cell = other.#floor > 0 ? other.#filter![hash & (this.#cells - 1)]! : 0
      // Rows of new slots are zeros: a merged sketch is new and never cleared.
      const to = this.#index.findOrInsert(keys, slot * this.wordsPerKey, hash) * rowLength
      const from = slot * rowLength
      this.#rows[to + row.octets]! += other.#rows[from + row.octets]! - cell
      this.#rows[to + row.error]! += other.#rows[from + row.error]! - cell
      this.#rows[to + row.packets]! += other.#rows[from + row.packets]!
      this.#rows[to + row.flows]! += other.#rows[from + row.flows]!
    }
  }

  /** Removes the lighter half; `floor` becomes the lightest remaining count. */
  #compact(): void {
    const filter = (this.#filter ??= new Float64Array(this.#cells))
    const rows = this.#rows
    const counts = (this.#scratch ??= new Float64Array(this.capacity * 2))
    for (let slot = 0; slot < counts.length; slot++) counts[slot] = rows[slot * rowLength]!
    const floor = kthLargest(counts, this.capacity)
    let room = this.capacity
    for (const octets of counts) if (octets > floor) room--
    // A merged sketch may have a higher floor from its parts.
    this.#floor = Math.max(this.#floor, floor)
    this.#index.retain(
      (slot) => {
        const octets = rows[slot * rowLength]!
        if (octets > floor || (octets === floor && room-- > 0)) return true
        const cell = this.#index.hashes[slot]! & (this.#cells - 1)
        filter[cell] = Math.max(filter[cell]!, octets)
        return false
      },
      (from, to) => rows.copyWithin(to * rowLength, from * rowLength, (from + 1) * rowLength),
    )
  }
}
