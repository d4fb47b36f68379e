/**
 * Loc-RIB (RFC 4271 §3.2): of each prefix the best route of all peers, as two columns beside the slots of `RouteRows`.
 * Prefixes whose routes changed are queued, each once; `decide` works on as many as the caller allows, so that a full
 * table does not stop the thread.
 * @module
 */
import { grown, setBit } from '../update/attribute-facts.ts'
import type { AttributeTable } from '../update/attribute-table.ts'
import type { AdjRibIn } from './adj-rib-in.ts'
import { type Candidate, Decision, type PeerFacts } from './decision.ts'
import type { PrefixIndex } from './prefix-index.ts'
import { isLeak } from './route-leak.ts'
import type { RouteRows } from './route-rows.ts'
import { SlotQueue } from './slot-queue.ts'

export interface LocRibOptions {
  readonly rows: RouteRows
  /** Told when choices are due and none was before. */
  readonly onPending?: () => void
}

export class LocRib {
  readonly rows: RouteRows
  /** Prefixes that have a best route. */
  size = 0
  readonly #options: LocRibOptions
  readonly #peers: ({ readonly rib: AdjRibIn; readonly facts: PeerFacts } | undefined)[] = []
  /**
   * By slot: set + 1 of the best route, and its peer; 0 when there is none. The set is retained, for its row may go.
   */
  #sets: Uint32Array
  #bestPeers: Uint16Array
  readonly #queue = new SlotQueue()
  readonly #decision: Decision
  /** Objects that are used again for each prefix. */
  readonly #candidates: { -readonly [Name in keyof Candidate]: Candidate[Name] }[] = []

  constructor(options: LocRibOptions) {
    this.#options = options
    this.rows = options.rows
    this.#decision = new Decision(options.rows.table)
    this.#sets = new Uint32Array(this.index.capacity)
    this.#bestPeers = new Uint16Array(this.index.capacity)
  }

  /** Prefixes of all peers, also of routes that were not chosen. */
  get index(): PrefixIndex {
    return this.rows.index
  }

  get table(): AttributeTable {
    return this.rows.table
  }

  /** Prefixes whose choice is due. */
  get pending(): number {
    return this.#queue.length
  }

  /** Joins the table of a peer, which must be made of the same rows, and returns the number of the peer. */
  addPeer(rib: AdjRibIn, facts: PeerFacts): number {
    if (rib.rows !== this.rows) throw new TypeError('the table of a peer must share the rows of the Loc-RIB')
    this.#peers[rib.peer] = { rib, facts }
    rib.observe((slot) => this.touch(slot))
    for (let slot = 0; slot < this.index.used; slot++) if (rib.has(slot)) this.touch(slot)
    return rib.peer
  }

  /** Replaces what is known of a peer: for the next choices. */
  describePeer(number: number, facts: PeerFacts): void {
    const peer = this.#peers[number]
    if (peer !== undefined) this.#peers[number] = { rib: peer.rib, facts }
  }

  /** Takes the routes of a peer out, and its table out of this one. */
  removePeer(number: number): void {
    this.#peers[number]?.rib.close()
    this.#peers[number] = undefined
  }

  /** Queues a prefix. */
  touch(slot: number): void {
    if (!this.#queue.push(slot)) return
    this.rows.hold(slot)
    if (this.#queue.length === 1) this.#options.onPending?.()
  }

  /** Chooses for at most `most` prefixes, and returns how many are left. */
  decide(most = Number.POSITIVE_INFINITY): number {
    if (this.#sets.length < this.index.capacity) this.#grow()
    for (let left = Math.min(most, this.#queue.length); left > 0; left--) this.#choose(this.#queue.shift())
    return this.#queue.length
  }

  /** With one peer there is one route to be considered, always: then nothing is compared. */
  #choose(slot: number): void {
    const { first, next, peers, sets } = this.rows
    let only = 0
    for (let row = first[slot]!; row !== 0; row = next[row]!) {
      const facts = this.#peers[peers[row]!]?.facts
      if (facts === undefined || !this.#mayBeChosen(sets[row]!, facts)) continue
      if (only !== 0) {
        const { set, peerNumber } = this.#decision.bestOf(this.#candidates, this.#gather(slot))!
        this.#keep(slot, set, peerNumber)
        return
      }
      only = row
    }
    if (only === 0) this.#keep(slot, -1, 0)
    else this.#keep(slot, sets[only]!, peers[only]!)
  }

  /** `chosen` -1: there is none. */
  #keep(slot: number, chosen: number, peer: number): void {
    const old = this.#sets[slot]!
    const set = chosen + 1
    if (set !== old || peer !== this.#bestPeers[slot]) {
      if (set !== 0) this.table.retain(chosen)
      this.#sets[slot] = set
      this.#bestPeers[slot] = peer
      this.size += (set === 0 ? 0 : 1) - (old === 0 ? 0 : 1)
      if (old !== 0) this.table.release(old - 1)
    }
    if (set === 0) this.rows.letGo(slot)
  }

  /** Leaves all routes to a prefix that may be chosen in `#candidates`, and returns how many they are. */
  #gather(slot: number): number {
    const { first, next, peers, sets, pathIds } = this.rows
    let count = 0
    for (let row = first[slot]!; row !== 0; row = next[row]!) {
      const [set, peerNumber, pathId] = [sets[row]!, peers[row]!, pathIds[row]!]
      // Rows of a peer that was not added are of somebody else.
      const facts = this.#peers[peerNumber]?.facts
      if (facts === undefined || !this.#mayBeChosen(set, facts)) continue
      const one = this.#candidates[count]
      if (one === undefined) this.#candidates.push({ peerNumber, facts, set, pathId })
      else {
        one.peerNumber = peerNumber
        one.facts = facts
        one.set = set
        one.pathId = pathId
      }
      count++
    }
    return count
  }

  /** Neither a loop nor a leak (RFC 9234 §5). Next hops count as reachable: there is no forwarding table here. */
  #mayBeChosen(set: number, facts: PeerFacts): boolean {
    return (this.table.facts.bits[set]! & setBit.loop) === 0 && !isLeak(this.table.facts.onlyToCustomer[set]!, facts)
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
    this.#sets = grown(this.#sets, new Uint32Array(this.index.capacity))
    this.#bestPeers = grown(this.#bestPeers, new Uint16Array(this.index.capacity))
  }
}
