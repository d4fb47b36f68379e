/**
 * Adj-RIB-In (RFC 4271 §3.2): the routes of one family that one peer sent, as they came; rows of a table that other
 * peers may share.
 * @module
 */
import { defaultMaxPrefixes, maxPathsPerPrefix } from '../limits.ts'
import type { PrefixCursor } from '../nlri/prefix-cursor.ts'
import type { AttributeTable } from '../update/attribute-table.ts'
import type { PrefixIndex } from './prefix-index.ts'
import { rowFlag, type RouteRows } from './route-rows.ts'
import type { Path } from './view.ts'

export interface AdjRibInOptions {
  readonly rows: RouteRows
  /** Prefixes at most; what comes above is refused, and the caller ends the session (RFC 4486, subcode 1). */
  readonly maxPrefixes?: number
  /** Told of each prefix whose paths changed. */
  readonly onChange?: (slot: number, rib: AdjRibIn) => void
}

/**
 * What became of a route. `refused`: the table is full. `ignored`: its prefix has as many paths as one may have, others
 * may go on.
 */
export type Announced = 'added' | 'changed' | 'same' | 'refused' | 'ignored'

export class AdjRibIn {
  readonly rows: RouteRows
  /** Number of the peer in `rows`. */
  readonly peer: number
  readonly maxPrefixes: number
  /** Prefixes that have a route. */
  size = 0
  /** Routes that were refused because a limit was reached. */
  refused = 0
  readonly #observers: ((slot: number, rib: AdjRibIn) => void)[] = []
  #isStaling = false

  /** @throws {RangeError} when too many peers share the rows */
  constructor({ rows, maxPrefixes, onChange }: AdjRibInOptions) {
    this.rows = rows
    this.peer = rows.join()
    this.maxPrefixes = maxPrefixes ?? defaultMaxPrefixes
    if (onChange !== undefined) this.#observers.push(onChange)
  }

  /** Prefixes of all peers that share the rows. */
  get index(): PrefixIndex {
    return this.rows.index
  }

  get table(): AttributeTable {
    return this.rows.table
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
    const { rows } = this
    const slot = rows.slotOf(cursor.words, 0, cursor.length)
    if (slot < 0) return this.#refuse('refused')
    const row = rows.find(slot, this.peer, cursor.pathId)
    if (row === 0) return this.#add(slot, cursor.pathId, set, paths === 'none' ? 0 : rowFlag.numbered)
    rows.flags[row]! &= ~rowFlag.stale
    const old = rows.sets[row]!
    if (old === set) return 'same'
    rows.table.retain(set)
    rows.sets[row] = set
    this.#tell(slot)
    rows.table.release(old)
    return 'changed'
  }

  #add(slot: number, pathId: number, set: number, flags: number): Announced {
    const { rows } = this
    const paths = this.#pathCount(slot)
    if (paths >= maxPathsPerPrefix) return this.#refuse('ignored')
    if (paths === 0 && this.size >= this.maxPrefixes) {
      rows.forget(slot)
      return this.#refuse('refused')
    }
    rows.insert(slot, this.peer, pathId, set, flags)
    if (paths === 0) this.size++
    this.#tell(slot)
    return paths === 0 ? 'added' : 'changed'
  }

  #pathCount(slot: number): number {
    let count = 0
    for (let row = this.firstRow(slot); row !== 0; row = this.rows.nextOf(row)) count++
    return count
  }

  #refuse(as: 'refused' | 'ignored'): Announced {
    this.refused++
    return as
  }

  /** Takes the route of `cursor` out. A withdrawal of what is not there is no error (RFC 4271 §9). */
  withdraw(cursor: PrefixCursor): 'withdrawn' | 'absent' {
    const slot = this.index.find(cursor.words, 0, cursor.length)
    const row = slot < 0 ? 0 : this.rows.find(slot, this.peer, cursor.pathId)
    if (row === 0) return 'absent'
    this.#remove(slot, row)
    return 'withdrawn'
  }

  /** Who is told can still read the prefix and the attributes of the route that goes. */
  #remove(slot: number, row: number): void {
    const { rows } = this
    const set = rows.sets[row]!
    rows.remove(slot, row)
    if (this.firstRow(slot) === 0) this.size--
    this.#tell(slot)
    rows.table.release(set)
    rows.forget(slot)
  }

  /** Whether a slot holds a route of this peer. */
  has(slot: number): boolean {
    return this.firstRow(slot) !== 0
  }

  /** First of the rows of this peer in a slot, or 0; `rows.nextOf` gives the others, which only ADD-PATH has. */
  firstRow(slot: number): number {
    return this.rows.firstOf(slot, this.peer)
  }

  /** Number of the attributes of the route of a slot, with ADD-PATH of the one with the lowest identifier; or -1. */
  setOf(slot: number): number {
    const row = this.firstRow(slot)
    return row === 0 ? -1 : this.rows.sets[row]!
  }

  /** The paths of a slot, the lowest identifier first. */
  pathsAt(slot: number): readonly Path[] {
    const { sets, pathIds, flags } = this.rows
    const found: Path[] = []
    for (let row = this.firstRow(slot); row !== 0; row = this.rows.nextOf(row)) {
      const has = (flag: number): boolean => (flags[row]! & flag) !== 0
      found.push({
        set: sets[row]!,
        ...(has(rowFlag.numbered) ? { pathId: pathIds[row]! } : {}),
        ...(has(rowFlag.stale) ? { stale: 'yes' } : {}),
      })
    }
    return found
  }

  /**
   * Marks every route until it comes again (RFC 4724 §4.2). Routes that were marked before, and have not come again,
   * are taken out: they are of the restart before this one.
   */
  markStale(): void {
    this.dropStale()
    this.#isStaling = true
    const { flags } = this.rows
    this.#each((_, row) => (flags[row]! |= rowFlag.stale))
  }

  /** Takes out what is still marked, and returns how many routes that were. */
  dropStale(): number {
    if (!this.#isStaling) return 0
    let dropped = 0
    const { flags } = this.rows
    this.#each((slot, row) => {
      if ((flags[row]! & rowFlag.stale) === 0) return
      this.#remove(slot, row)
      dropped++
    })
    this.#isStaling = false
    return dropped
  }

  /** Takes all routes out. */
  clear(): void {
    if (this.size > 0) this.#each((slot, row) => this.#remove(slot, row))
    this.#isStaling = false
  }

  /** Takes all routes out, and gives the number of the peer back: this table must not be used any more. */
  close(): void {
    this.clear()
    this.rows.leave(this.peer)
  }

  /** Every row of this peer; the row that is given may be removed. */
  #each(visit: (slot: number, row: number) => void): void {
    for (let slot = 0; slot < this.index.used; slot++) {
      for (let row = this.firstRow(slot), next = 0; row !== 0; row = next) {
        next = this.rows.nextOf(row)
        visit(slot, row)
      }
    }
  }
}
