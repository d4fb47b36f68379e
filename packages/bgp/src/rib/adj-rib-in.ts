/**
 * Adj-RIB-In (RFC 4271 §3.2): the routes of one family that one peer sent, as they came. A route is a slot of the prefix
 * index and the number of its attributes; with ADD-PATH the paths of a prefix are a list.
 * @module
 */
import { defaultMaxPrefixes, maxPathsPerPrefix } from '../limits.ts'
import { type PrefixCursor } from '../nlri/prefix-cursor.ts'
import { grown } from '../update/attribute-facts.ts'
import type { AttributeTable } from '../update/attribute-table.ts'
import { PrefixIndex } from './prefix-index.ts'

export interface AdjRibInOptions {
  readonly version: 4 | 6
  readonly table: AttributeTable
  /** Prefixes at most; what comes above is refused, and the caller ends the session (RFC 4486, subcode 1). */
  readonly maxPrefixes?: number
  /** Told of each prefix whose paths changed; the words are those of `index`. */
  readonly onChange?: (slot: number, rib: AdjRibIn) => void
}

/** What became of a route. */
export type Announced = 'added' | 'changed' | 'same' | 'refused'

export class AdjRibIn {
  readonly index: PrefixIndex
  readonly table: AttributeTable
  /** Routes that were refused because a limit was reached. */
  refused = 0
  readonly #observers: ((slot: number, rib: AdjRibIn) => void)[] = []
  /** By slot: number of the attributes + 1 of the path without a list, 0 when there is none. */
  #sets: Uint32Array
  #stale: Uint8Array
  #staleCount = 0
  #isStaling = false
  /** With ADD-PATH, by slot: path identifier and set in turn, the lowest identifier first. */
  readonly #lists = new Map<number, number[]>()

  constructor({ version, table, maxPrefixes, onChange }: AdjRibInOptions) {
    this.index = new PrefixIndex(version, maxPrefixes ?? defaultMaxPrefixes)
    this.table = table
    if (onChange !== undefined) this.#observers.push(onChange)
    this.#sets = new Uint32Array(this.index.capacity)
    this.#stale = new Uint8Array(this.index.capacity)
  }

  /** Prefixes that have a route. */
  get size(): number {
    return this.index.size
  }

  /** Adds one to tell of changes. */
  observe(onChange: (slot: number, rib: AdjRibIn) => void): void {
    this.#observers.push(onChange)
  }

  #tell(slot: number): void {
    for (const observer of this.#observers) observer(slot, this)
  }

  /** Puts the route of `cursor` in, or replaces the one with its prefix and path identifier (RFC 4271 §3.1). */
  announce(cursor: PrefixCursor, set: number, paths: 'path-ids' | 'none'): Announced {
    const before = this.index.size
    const slot = this.index.findOrInsert(cursor.words, 0, cursor.length)
    if (slot < 0) return this.#refuse()
    if (slot >= this.#sets.length) {
      this.#sets = grown(this.#sets, new Uint32Array(this.index.capacity))
      this.#stale = grown(this.#stale, new Uint8Array(this.index.capacity))
    }
    if (this.#stale[slot] === 1) this.#unmark(slot)
    const result = paths === 'none' ? this.#single(slot, set) : this.#listed(slot, cursor.pathId, set)
    if (result === 'same' || result === 'refused') return result
    this.#tell(slot)
    return this.index.size > before ? 'added' : 'changed'
  }

  #single(slot: number, set: number): Announced {
    const old = this.#sets[slot]!
    if (old === set + 1) return 'same'
    this.table.retain(set)
    this.#sets[slot] = set + 1
    if (old !== 0) this.table.release(old - 1)
    return 'changed'
  }

  #listed(slot: number, pathId: number, set: number): Announced {
    const list = this.#lists.get(slot) ?? []
    let at = 0
    while (at < list.length && list[at]! < pathId) at += 2
    const old = list[at] === pathId ? list[at + 1]! : -1
    if (old === set) return 'same'
    if (old < 0 && list.length >= maxPathsPerPrefix * 2) return this.#refuse()
    this.table.retain(set)
    list.splice(at, old < 0 ? 0 : 2, pathId, set)
    this.#lists.set(slot, list)
    if (old >= 0) this.table.release(old)
    return 'changed'
  }

  #refuse(): 'refused' {
    this.refused++
    return 'refused'
  }

  /** Takes the route of `cursor` out. A withdrawal of what is not there is no error (RFC 4271 §9). */
  withdraw(cursor: PrefixCursor, paths: 'path-ids' | 'none'): 'withdrawn' | 'absent' {
    const slot = this.index.find(cursor.words, 0, cursor.length)
    if (slot < 0) return 'absent'
    if (paths === 'none') {
      this.#remove(slot)
      return 'withdrawn'
    }
    const list = this.#lists.get(slot) ?? []
    const at = list.findIndex((value, index) => index % 2 === 0 && value === cursor.pathId)
    if (at < 0) return 'absent'
    if (list.length === 2) {
      this.#remove(slot)
      return 'withdrawn'
    }
    const [, set] = list.splice(at, 2)
    this.#tell(slot)
    this.table.release(set!)
    return 'withdrawn'
  }

  /** All paths of a slot go. Who is told can still read the prefix, but finds no path. */
  #remove(slot: number): void {
    const sets = this.setsOf(slot)
    if (this.#stale[slot] === 1) this.#unmark(slot)
    this.#sets[slot] = 0
    this.#lists.delete(slot)
    this.#tell(slot)
    this.index.remove(slot)
    for (const set of sets) this.table.release(set)
  }

  /** Whether a slot holds a route. */
  has(slot: number): boolean {
    return slot < this.#sets.length && (this.#sets[slot] !== 0 || this.#lists.has(slot))
  }

  /** Number of the attributes of the only path of a slot; -1 when there is a list, or nothing. */
  setOf(slot: number): number {
    return this.#sets[slot]! - 1
  }

  /** Path identifiers and sets in turn, with ADD-PATH; undefined without. */
  pathsOf(slot: number): readonly number[] | undefined {
    return this.#lists.get(slot)
  }

  /** Numbers of the attributes of all paths of a slot. */
  setsOf(slot: number): readonly number[] {
    const list = this.#lists.get(slot)
    if (list !== undefined) return list.filter((_, index) => index % 2 === 1)
    return this.#sets[slot] === 0 ? [] : [this.#sets[slot]! - 1]
  }

  /**
   * Marks every route until it comes again (RFC 4724 §4.2). Routes that were marked before, and have not come again,
   * are taken out: they are of the restart before this one.
   */
  markStale(): void {
    if (this.#staleCount > 0) this.dropStale()
    this.#isStaling = true
    for (let slot = 0; slot < this.index.used; slot++) {
      if (!this.has(slot)) continue
      this.#stale[slot] = 1
      this.#staleCount++
    }
  }

  /** Takes out what is still marked, and returns how many prefixes that were. */
  dropStale(): number {
    if (!this.#isStaling) return 0
    const dropped = this.#staleCount
    for (let slot = 0; this.#staleCount > 0 && slot < this.index.used; slot++) {
      if (this.#stale[slot] === 1) this.#remove(slot)
    }
    this.#isStaling = false
    return dropped
  }

  /** Whether the route of a slot was not repeated since its peer went away. */
  isStale(slot: number): boolean {
    return this.#stale[slot] === 1
  }

  #unmark(slot: number): void {
    this.#stale[slot] = 0
    this.#staleCount--
  }

  /** Takes all routes out. */
  clear(): void {
    for (let slot = 0; slot < this.index.used; slot++) if (this.has(slot)) this.#remove(slot)
    this.#isStaling = false
  }
}
