/**
 * Which prefixes of a peer the agent wants to be told of: asked for every route of a full table, so by the words of the
 * table. Those that cover others are looked up once for each length that one of them has.
 * @module
 */
import { type Prefix, parsePrefix } from '@vagus/address'
import { type AdjRibIn, PrefixIndex, slotOf, wordsOf } from '@vagus/bgp'
import { maxWatched } from '../limits.ts'
import type { Watch } from '../options.ts'
import { secretHash } from '../secret-hash.ts'

export class Watched {
  readonly #isAll: boolean
  readonly #alone: readonly Prefix[]
  readonly #exactly = newIndexes()
  readonly #covering = newIndexes()
  /** Of `#covering`. */
  readonly #lengths = { 4: new Set<number>(), 6: new Set<number>() } as const
  readonly #masked = new Uint32Array(4)

  /** @throws {RangeError} when there are too many; {AddressError} when one is no prefix */
  constructor(watch: Watch) {
    this.#isAll = watch === 'all'
    const texts = typeof watch === 'string' ? [] : watch
    if (texts.length > maxWatched) throw new RangeError(`at most ${maxWatched} prefixes can be watched; watch 'all'`)
    this.#alone = texts.filter((text) => !text.endsWith('+')).map(parsePrefix)
    for (const prefix of this.#alone) put(this.#exactly, prefix)
    for (const text of texts.filter((one) => one.endsWith('+'))) {
      const prefix = parsePrefix(text.slice(0, -1))
      put(this.#covering, prefix)
      this.#lengths[prefix.version].add(prefix.length)
    }
  }

  has({ index }: AdjRibIn, slot: number): boolean {
    return this.#hasWords(index.version, index.words, slot * index.wordsPerKey, index.lengths[slot]!)
  }

  /** Also of a prefix that is in no table any more. */
  hasPrefix(prefix: Prefix): boolean {
    return this.#hasWords(prefix.version, wordsOf(prefix), 0, prefix.length)
  }

  #hasWords(version: 4 | 6, words: Uint32Array, at: number, length: number): boolean {
    if (this.#isAll) return true
    const exactly = this.#exactly[version]
    if (exactly.size > 0 && exactly.find(words, at, length) >= 0) return true
    const covering = this.#covering[version]
    for (const wide of this.#lengths[version]) {
      if (wide > length) continue
      for (let word = 0; word < covering.wordsPerKey; word++) {
        const bits = wide - 32 * (covering.wordsPerKey - 1 - word)
        this.#masked[word] = words[at + word]! & maskOf(bits)
      }
      if (covering.find(this.#masked, 0, wide) >= 0) return true
    }
    return false
  }

  /** Slots of a table that are watched and hold a route. */
  *slotsOf(rib: AdjRibIn): Iterable<number> {
    if (this.#isAll || this.#lengths[rib.index.version].size > 0) {
      for (let slot = 0; slot < rib.index.used; slot++) if (rib.has(slot) && this.has(rib, slot)) yield slot
      return
    }
    for (const prefix of this.#alone) {
      const slot = slotOf(rib.index, prefix)
      if (slot >= 0 && rib.has(slot)) yield slot
    }
  }
}

type Indexes = { readonly 4: PrefixIndex; readonly 6: PrefixIndex }

const newIndexes = (): Indexes => ({
  4: new PrefixIndex(4, maxWatched, secretHash),
  6: new PrefixIndex(6, maxWatched, secretHash),
})

function put(indexes: Indexes, prefix: Prefix): void {
  indexes[prefix.version].findOrInsert(wordsOf(prefix), 0, prefix.length)
}

/** The first `bits` of a word; any number of bits. */
const maskOf = (bits: number): number => (bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits))
