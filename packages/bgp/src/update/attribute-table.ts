/**
 * Whole attribute blocks, each kept once and known by a number: routes that were announced together share one, and most
 * routes of a full table share theirs with others. Blocks are octets in one arena; numbers are counted by their users
 * and given again. What a block means is read when somebody asks.
 * @module
 */
import type { KeyedHash } from '@vagus/address'
import { defaultMaxAttributeOctets, defaultMaxAttributeSets } from '../limits.ts'
import { type DecisionFacts, DecisionFactColumns, grown, type OwnIdentity } from './attribute-facts.ts'
import { blockContext } from './attribute-block.ts'
import { attributeContext } from './context.ts'
import { copyOctets } from './copy-octets.ts'
import type { PathAttributes } from './path-attributes.ts'
import { readAttributes } from './read-attributes.ts'
import { encodeAttributes } from './write-attributes.ts'

export interface AttributeTableOptions {
  readonly own: OwnIdentity
  /** With a key that no peer knows: attributes come from anywhere. */
  readonly hash: KeyedHash
  readonly maxSets?: number
  readonly maxOctets?: number
}

const firstSets = 256
const firstOctets = 16_384

export class AttributeTable {
  /** By number. */
  readonly facts = new DecisionFactColumns()
  /** What makes a route one that we sent ourselves. */
  readonly own: OwnIdentity
  readonly hash: KeyedHash
  readonly maxSets: number
  readonly maxOctets: number
  #arena = new Uint8Array(firstOctets)
  #arenaLength = 0
  /** Octets of sets that are not used any more; the arena is packed when they are half of it. */
  #unused = 0
  #at = new Uint32Array(0)
  #lengths = new Uint16Array(0)
  #contexts = new Uint8Array(0)
  #users = new Uint32Array(0)
  #hashes = new Uint32Array(0)
  /** By hash: number + 1; 0 is free. */
  #places = new Uint32Array(firstSets * 2)
  #free: number[] = []
  #next = 0

  constructor({ own, hash, maxSets, maxOctets }: AttributeTableOptions) {
    this.own = own
    this.hash = hash
    this.maxSets = maxSets ?? defaultMaxAttributeSets
    this.maxOctets = maxOctets ?? defaultMaxAttributeOctets
    this.#grow(firstSets)
  }

  /** Sets in use. */
  get size(): number {
    return this.#next - this.#free.length
  }

  /** Octets of the sets in use. */
  get octets(): number {
    return this.#arenaLength - this.#unused
  }

  /** What `find` and `insert` want to know of octets. `context` is an `attributeContext`. */
  hashOf(octets: Uint8Array, from: number, to: number, context: number): number {
    return this.hash.ofOctets(octets, from, to, context)
  }

  /** Number of the set with these octets, or -1. */
  find(octets: Uint8Array, from: number, to: number, context: number, hash: number): number {
    const places = this.#places
    const mask = places.length - 1
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const id = places[place]! - 1
      if (id < 0) return -1
      if (this.#hashes[id] === hash && this.#equals(id, octets, from, to, context)) return id
    }
  }

  #equals(id: number, octets: Uint8Array, from: number, to: number, context: number): boolean {
    if (this.#lengths[id] !== to - from || this.#contexts[id] !== context) return false
    const arena = this.#arena
    let at = this.#at[id]!
    for (let index = from; index < to; index++) if (arena[at++] !== octets[index]) return false
    return true
  }

  /**
   * A number for octets that `find` did not find; -1 when a limit is reached. Nobody uses it yet: `retain` it, or it
   * stays until `release` is called after a `retain`.
   */
  insert(octets: Uint8Array, from: number, to: number, context: number, hash: number, facts: DecisionFacts): number {
    if (this.#free.length === 0 && this.#next >= this.maxSets) return -1
    if (this.octets + to - from > this.maxOctets) return -1
    if (this.#free.length === 0 && this.#next === this.#at.length) this.#grow(this.#next * 2)
    const id = this.#free.pop() ?? this.#next++
    this.#at[id] = this.#store(octets, from, to)
    this.#lengths[id] = to - from
    this.#contexts[id] = context
    this.#users[id] = 0
    this.#hashes[id] = hash
    this.facts.set(id, facts)
    this.#place(id)
    return id
  }

  retain(id: number): void {
    this.#users[id] = this.#users[id]! + 1
  }

  /** Forgets the set when nobody uses it any more. */
  release(id: number): void {
    const users = this.#users[id]!
    if (users > 1) {
      this.#users[id] = users - 1
      return
    }
    this.#users[id] = 0
    this.#displace(id)
    this.#unused += this.#lengths[id]!
    this.#lengths[id] = 0
    this.#free.push(id)
    if (this.#unused > firstOctets && this.#unused * 2 > this.#arenaLength) this.#pack()
  }

  /** The octets of the set, as they came except for NLRI: a view that lasts until the next `insert` or `release`. */
  octetsOf(id: number): Uint8Array {
    const at = this.#at[id]!
    return this.#arena.subarray(at, at + this.#lengths[id]!)
  }

  /** What the set means. MP_REACH has the next hop and no NLRI. The values are copies. */
  attributesOf(id: number): PathAttributes {
    const context = this.#contexts[id]!
    const octets = this.octetsOf(id).slice()
    return readAttributes(octets, 0, octets.length, {
      peer: (context & 1) === 1 ? 'internal' : 'external',
      asOctets: (context & 2) === 2 ? 4 : 2,
      families: noFamilies,
      pathIds: noFamilies,
    }).attributes
  }

  /**
   * The set as an attribute block, whatever its context: byte for byte as it came where that is the block's own. A
   * copy.
   */
  blockOf(id: number): Uint8Array {
    const at = this.#at[id]!
    if (this.#contexts[id] === ownContext) return this.#arena.slice(at, at + this.#lengths[id]!)
    return encodeAttributes(this.attributesOf(id), blockContext)
  }

  #store(octets: Uint8Array, from: number, to: number): number {
    const at = this.#arenaLength
    const end = at + to - from
    if (end > this.#arena.length) {
      this.#arena = grown(this.#arena, new Uint8Array(Math.max(this.#arena.length * 2, end)))
    }
    this.#arenaLength = copyOctets(octets, from, to, this.#arena, at)
    return at
  }

  #pack(): void {
    const before = this.#arena
    this.#arena = new Uint8Array(Math.max(firstOctets, (this.#arenaLength - this.#unused) * 2))
    this.#arenaLength = 0
    this.#unused = 0
    for (let id = 0; id < this.#next; id++) {
      const at = this.#at[id]!
      this.#at[id] = this.#store(before, at, at + this.#lengths[id]!)
    }
  }

  #place(id: number): void {
    const mask = this.#places.length - 1
    let place = this.#hashes[id]! & mask
    while (this.#places[place] !== 0) place = (place + 1) & mask
    this.#places[place] = id + 1
  }

  /** Takes a number out and closes the gap, so that every search still ends where it should. */
  #displace(id: number): void {
    const places = this.#places
    const mask = places.length - 1
    let gap = this.#hashes[id]! & mask
    while (places[gap] !== id + 1) gap = (gap + 1) & mask
    for (let place = (gap + 1) & mask; places[place] !== 0; place = (place + 1) & mask) {
      const home = this.#hashes[places[place]! - 1]! & mask
      if (((place - home) & mask) < ((place - gap) & mask)) continue
      places[gap] = places[place]!
      gap = place
    }
    places[gap] = 0
  }

  #grow(capacity: number): void {
    this.facts.grow(capacity)
    this.#at = grown(this.#at, new Uint32Array(capacity))
    this.#lengths = grown(this.#lengths, new Uint16Array(capacity))
    this.#contexts = grown(this.#contexts, new Uint8Array(capacity))
    this.#users = grown(this.#users, new Uint32Array(capacity))
    this.#hashes = grown(this.#hashes, new Uint32Array(capacity))
    this.#places = new Uint32Array(2 ** Math.ceil(Math.log2(capacity * 2)))
    for (let id = 0; id < this.#next; id++) this.#place(id)
  }
}

const ownContext = attributeContext(blockContext)
const noFamilies: ReadonlySet<number> = new Set()
