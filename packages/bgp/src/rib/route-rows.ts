/**
 * The routes of one family from all peers, on typed arrays. A prefix has a slot, a route has a row, and the rows of a
 * prefix are a chain in the order of peer and path identifier:
 *
 *   PrefixIndex   prefix → slot
 *   by slot       first row of the chain · whether the slot is held
 *   by row        next row of the chain · peer · path identifier · attributes (a number of `AttributeTable`) · flags
 *
 * An Adj-RIB-In is the rows of one peer, the Loc-RIB two columns more by slot: a prefix that all peers have is kept once,
 * and who looks for the best route finds all of them side by side. Row 0 is none.
 * @module
 */
import { maxPeers, maxPrefixSlots } from '../limits.ts'
import { grown } from '../update/attribute-facts.ts'
import type { AttributeTable } from '../update/attribute-table.ts'
import { PrefixIndex } from './prefix-index.ts'

/** Bits of `flags`. `numbered`: the route came with a path identifier (RFC 7911). */
export const rowFlag = { stale: 1, numbered: 2 } as const

const firstRows = 64

export class RouteRows {
  readonly index: PrefixIndex
  readonly table: AttributeTable
  /** By slot. */
  first: Uint32Array
  #isHeld: Uint8Array
  /** By row. */
  next = new Uint32Array(firstRows)
  peers = new Uint16Array(firstRows)
  pathIds = new Uint32Array(firstRows)
  sets = new Uint32Array(firstRows)
  flags = new Uint8Array(firstRows)
  /** Rows were given up to this number, exclusive. */
  #used = 1
  /** The row that was given back last; the one before it is its next. */
  #free = 0
  readonly #joined: boolean[] = []

  constructor(version: 4 | 6, table: AttributeTable) {
    this.table = table
    this.index = new PrefixIndex(version, maxPrefixSlots, table.hash)
    this.first = new Uint32Array(this.index.capacity)
    this.#isHeld = new Uint8Array(this.index.capacity)
  }

  /** A number for a peer, the lowest that is free. @throws {RangeError} when 1024 have one */
  join(): number {
    const free = this.#joined.indexOf(false)
    const peer = free >= 0 ? free : this.#joined.length
    if (peer >= maxPeers) throw new RangeError(`at most ${maxPeers} peers can share a table of routes`)
    this.#joined[peer] = true
    return peer
  }

  /** The number is given again. The peer must have no rows any more. */
  leave(peer: number): void {
    this.#joined[peer] = false
  }

  /** Slot of a prefix, which must get a row, or go back by `forget`; -1 when there are too many prefixes. */
  slotOf(words: Uint32Array, at: number, length: number): number {
    const slot = this.index.findOrInsert(words, at, length)
    if (slot >= this.first.length) {
      this.first = grown(this.first, new Uint32Array(this.index.capacity))
      this.#isHeld = grown(this.#isHeld, new Uint8Array(this.index.capacity))
    }
    return slot
  }

  /** Row of a route, or 0. */
  find(slot: number, peer: number, pathId: number): number {
    let row = this.first[slot]!
    while (row !== 0 && this.#isBefore(row, peer, pathId)) row = this.next[row]!
    return row !== 0 && this.peers[row] === peer && this.pathIds[row] === pathId ? row : 0
  }

  /** First row of a peer, or 0; the others of the peer follow it. */
  firstOf(slot: number, peer: number): number {
    let row = this.first[slot]!
    while (row !== 0 && this.peers[row]! < peer) row = this.next[row]!
    return row !== 0 && this.peers[row] === peer ? row : 0
  }

  /** The row of the same peer behind one of its rows, or 0. */
  nextOf(row: number): number {
    const next = this.next[row]!
    return next !== 0 && this.peers[next] === this.peers[row] ? next : 0
  }

  #isBefore(row: number, peer: number, pathId: number): boolean {
    const other = this.peers[row]!
    return other < peer || (other === peer && this.pathIds[row]! < pathId)
  }

  /** A row for a route that `find` did not find. The attributes are retained. */
  insert(slot: number, peer: number, pathId: number, set: number, flags: number): void {
    const row = this.#take()
    let before = 0
    let behind = this.first[slot]!
    while (behind !== 0 && this.#isBefore(behind, peer, pathId)) {
      before = behind
      behind = this.next[behind]!
    }
    this.table.retain(set)
    this.next[row] = behind
    this.peers[row] = peer
    this.pathIds[row] = pathId
    this.sets[row] = set
    this.flags[row] = flags
    if (before === 0) this.first[slot] = row
    else this.next[before] = row
  }

  /** Takes a row out of the chain of its slot. The caller releases its attributes, and the slot with `forget`. */
  remove(slot: number, row: number): void {
    if (this.first[slot] === row) this.first[slot] = this.next[row]!
    else {
      let before = this.first[slot]!
      while (this.next[before] !== row) before = this.next[before]!
      this.next[before] = this.next[row]!
    }
    this.next[row] = this.#free
    this.#free = row
  }

  #take(): number {
    if (this.#free === 0) {
      if (this.#used === this.next.length) this.#grow()
      return this.#used++
    }
    const row = this.#free
    this.#free = this.next[row]!
    return row
  }

  /** The prefix stays, also when no route is left, until `letGo`. */
  hold(slot: number): void {
    this.#isHeld[slot] = 1
  }

  letGo(slot: number): void {
    this.#isHeld[slot] = 0
    this.forget(slot)
  }

  /** Gives the slot back when it has no route and nobody holds it. */
  forget(slot: number): void {
    if (this.first[slot] === 0 && this.#isHeld[slot] === 0) this.index.remove(slot)
  }

  #grow(): void {
    const rows = this.next.length * 2
    this.next = grown(this.next, new Uint32Array(rows))
    this.peers = grown(this.peers, new Uint16Array(rows))
    this.pathIds = grown(this.pathIds, new Uint32Array(rows))
    this.sets = grown(this.sets, new Uint32Array(rows))
    this.flags = grown(this.flags, new Uint8Array(rows))
  }
}
