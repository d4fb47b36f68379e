/**
 * Loc-RIB (RFC 4271 §3.2): of each prefix the best route of all peers. Prefixes whose routes changed are queued, each
 * once; `decide` works on as many as the caller allows, so that a full table does not stop the thread.
 * @module
 */
import { defaultMaxPrefixes, maxPeers } from '../limits.ts'
import { grown, setBit } from '../update/attribute-facts.ts'
import type { AttributeTable } from '../update/attribute-table.ts'
import type { AdjRibIn } from './adj-rib-in.ts'
import { bestOf, type Candidate, type PeerFacts } from './decision.ts'
import { PrefixIndex } from './prefix-index.ts'
import { isLeak } from './route-leak.ts'

export interface LocRibOptions {
  readonly version: 4 | 6
  readonly table: AttributeTable
  readonly maxPrefixes?: number
  /** Cost of the way to the next hop of a set of attributes; undefined: it cannot be reached (RFC 4271 §9.1.2.1). */
  readonly interiorCostOf?: (set: number, peer: PeerFacts) => number | undefined
  /** Told of each prefix whose best route is another one now, or none. */
  readonly onBest?: (slot: number) => void
}

export class LocRib {
  readonly index: PrefixIndex
  readonly table: AttributeTable
  readonly #options: LocRibOptions
  readonly #peers: ({ readonly rib: AdjRibIn; readonly facts: PeerFacts } | undefined)[] = []
  readonly #observers: ((slot: number) => void)[] = []
  /** By slot: set + 1 of the best route, and its peer; 0 when there is none. */
  #sets: Uint32Array
  #bestPeers: Uint16Array
  #isQueued: Uint8Array
  #queue: number[] = []
  #single = -1
  #singlePeer = 0
  /** Prefixes that had no room. */
  refused = 0

  constructor(options: LocRibOptions) {
    this.#options = options
    this.index = new PrefixIndex(options.version, options.maxPrefixes ?? defaultMaxPrefixes)
    this.table = options.table
    this.#sets = new Uint32Array(this.index.capacity)
    this.#bestPeers = new Uint16Array(this.index.capacity)
    this.#isQueued = new Uint8Array(this.index.capacity)
    if (options.onBest !== undefined) this.#observers.push(options.onBest)
  }

  /** Prefixes whose choice is due. */
  get pending(): number {
    return this.#queue.length
  }

  /** Numbers of slots that may hold a route. */
  get used(): number {
    return this.index.used
  }

  observe(onBest: (slot: number) => void): void {
    this.#observers.push(onBest)
  }

  /** Joins the table of a peer, and returns the number of the peer; -1 when there are 1024 already. */
  addPeer(rib: AdjRibIn, facts: PeerFacts): number {
    const free = this.#peers.indexOf(undefined)
    const number = free >= 0 ? free : this.#peers.length
    if (number >= maxPeers) return -1
    this.#peers[number] = { rib, facts }
    rib.observe((slot, { index }) => this.touch(index.words, slot * index.wordsPerKey, index.lengths[slot]!))
    for (let slot = 0; slot < rib.index.used; slot++) {
      if (rib.has(slot)) this.touch(rib.index.words, slot * rib.index.wordsPerKey, rib.index.lengths[slot]!)
    }
    return number
  }

  /** Replaces what is known of a peer: for the next choices. */
  describePeer(number: number, facts: PeerFacts): void {
    const peer = this.#peers[number]
    if (peer !== undefined) this.#peers[number] = { rib: peer.rib, facts }
  }

  /** Takes the routes of a peer out of its table, and the table out of this one. */
  removePeer(number: number): void {
    this.#peers[number]?.rib.clear()
    this.#peers[number] = undefined
  }

  /** What is known of a peer. */
  factsOf(number: number): PeerFacts | undefined {
    return this.#peers[number]?.facts
  }

  /** Queues a prefix. */
  touch(words: Uint32Array, at: number, length: number): void {
    const slot = this.index.findOrInsert(words, at, length)
    if (slot < 0) {
      this.refused++
      return
    }
    if (slot >= this.#sets.length) this.#grow()
    if (this.#isQueued[slot] === 1) return
    this.#isQueued[slot] = 1
    this.#queue.push(slot)
  }

  /** Chooses for at most `most` prefixes, and returns how many are left. */
  decide(most = Number.POSITIVE_INFINITY): number {
    const queue = this.#queue
    const count = Math.min(most, queue.length)
    for (let at = 0; at < count; at++) {
      const slot = queue[at]!
      this.#isQueued[slot] = 0
      this.#choose(slot)
    }
    this.#queue = count === queue.length ? [] : queue.slice(count)
    return this.#queue.length
  }

  #choose(slot: number): void {
    if (this.#onlyOne(slot)) this.#keep(slot, this.#single, this.#singlePeer)
    else {
      const best = bestOf(this.candidatesOf(slot), this.table)
      this.#keep(slot, best === undefined ? -1 : best.set, best?.peerNumber ?? 0)
    }
  }

  /**
   * Whether at most one route is to be considered, as with one peer always: then there is nothing to compare, and no
   * object to make. It is left in `#single` and `#singlePeer`.
   */
  #onlyOne(slot: number): boolean {
    const { words, wordsPerKey, lengths } = this.index
    this.#single = -1
    this.#singlePeer = 0
    for (let number = 0; number < this.#peers.length; number++) {
      const peer = this.#peers[number]
      if (peer === undefined) continue
      const there = peer.rib.index.find(words, slot * wordsPerKey, lengths[slot]!)
      if (there < 0) continue
      if (this.#single >= 0 || peer.rib.pathsOf(there) !== undefined) return false
      const set = peer.rib.setOf(there)
      if (!this.#mayBeChosen(set, peer.facts)) continue
      this.#single = set
      this.#singlePeer = number
    }
    return true
  }

  /** `set` -1: there is none. */
  #keep(slot: number, chosen: number, peer: number): void {
    const old = this.#sets[slot]!
    const set = chosen + 1
    if (set === old && peer === this.#bestPeers[slot]) {
      if (set === 0) this.index.remove(slot)
      return
    }
    if (set !== 0) this.table.retain(chosen)
    this.#sets[slot] = set
    this.#bestPeers[slot] = peer
    for (const observer of this.#observers) observer(slot)
    if (old !== 0) this.table.release(old - 1)
    if (set === 0) this.index.remove(slot)
  }

  /** All routes to the prefix of a slot that may be chosen: no loop, no leak (RFC 9234 §5), and a next hop that can be reached. */
  candidatesOf(slot: number): readonly Candidate[] {
    const { words, wordsPerKey, lengths } = this.index
    const found: Candidate[] = []
    for (const [peerNumber, peer] of this.#peers.entries()) {
      const there = peer?.rib.index.find(words, slot * wordsPerKey, lengths[slot]!) ?? -1
      if (peer === undefined || there < 0) continue
      const paths = peer.rib.pathsOf(there)
      if (paths === undefined) this.#consider(found, peerNumber, peer.facts, peer.rib.setOf(there), 0)
      for (let at = 0; at < (paths?.length ?? 0); at += 2) {
        this.#consider(found, peerNumber, peer.facts, paths![at + 1]!, paths![at]!)
      }
    }
    return found
  }

  #consider(found: Candidate[], peerNumber: number, facts: PeerFacts, set: number, pathId: number): void {
    if (!this.#mayBeChosen(set, facts)) return
    const interiorCost = this.#options.interiorCostOf?.(set, facts) ?? 0
    found.push({ peerNumber, facts, set, pathId, interiorCost })
  }

  #mayBeChosen(set: number, facts: PeerFacts): boolean {
    if (set < 0 || (this.table.facts.bits[set]! & setBit.loop) !== 0) return false
    if (isLeak(this.table.facts.onlyToCustomer[set]!, facts)) return false
    const { interiorCostOf } = this.#options
    return interiorCostOf === undefined || interiorCostOf(set, facts) !== undefined
  }

  /** Number of the attributes of the best route, or -1. */
  setOf(slot: number): number {
    return (this.#sets[slot] ?? 0) - 1
  }

  /** Number of the peer that sent the best route; only where `setOf` is not -1. */
  peerOf(slot: number): number {
    return this.#bestPeers[slot]!
  }

  #grow(): void {
    const { capacity } = this.index
    this.#sets = grown(this.#sets, new Uint32Array(capacity))
    this.#bestPeers = grown(this.#bestPeers, new Uint16Array(capacity))
    this.#isQueued = grown(this.#isQueued, new Uint8Array(capacity))
  }
}
