/**
 * Adj-RIB-Out (RFC 4271 §3.2): what one peer was told, and what it has to be told next. A prefix that changes many times
 * before the peer takes messages is sent once, with its last state, so that a slow peer costs no memory.
 * @module
 */
import { defaultMaxPrefixes } from '../limits.ts'
import { decisionFactsOf, grown, type OwnIdentity } from '../update/attribute-facts.ts'
import { AttributeTable } from '../update/attribute-table.ts'
import { attributeContext, type UpdateContext } from '../update/context.ts'
import type { PathAttributes } from '../update/path-attributes.ts'
import { encodeAttributes } from '../update/write-attributes.ts'
import type { PeerFacts } from './decision.ts'
import type { LocRib } from './loc-rib.ts'
import { PrefixIndex } from './prefix-index.ts'
import { SlotQueue } from './slot-queue.ts'
import { UpdatePacker } from './update-packer.ts'

export interface AdjRibOutOptions {
  readonly locRib: LocRib
  /** Number of the peer in the Loc-RIB: its own routes do not go back. -1 for none. */
  readonly peerNumber: number
  readonly own: OwnIdentity
  readonly context: UpdateContext
  /** Octets of a message at most: `Negotiated.maxLength`. */
  readonly maxLength: number
  /** Attributes to send, or undefined to send nothing; asked once per set of attributes and peer and batch. */
  readonly exportRoute: (attributes: PathAttributes, from: PeerFacts) => PathAttributes | undefined
}

export class AdjRibOut {
  readonly index: PrefixIndex
  readonly table: AttributeTable
  readonly #options: AdjRibOutOptions
  readonly #packer: UpdatePacker
  /** By slot: set + 1 that the peer was told; 0 for none. */
  #told: Uint32Array
  readonly #queue = new SlotQueue()
  /** Routes whose attributes do not fit a message, or a table that is full: the peer is not told of them. */
  unsendable = 0

  constructor(options: AdjRibOutOptions) {
    const { locRib, own, context, maxLength } = options
    this.#options = options
    const { hash } = locRib.table
    this.index = new PrefixIndex(locRib.index.version, defaultMaxPrefixes, hash)
    this.table = new AttributeTable({ own, hash })
    this.#packer = new UpdatePacker(this.index, maxLength, context.pathIds)
    this.#told = new Uint32Array(this.index.capacity)
    locRib.observe((slot) => this.touch(slot))
    this.touchAll()
  }

  /** Prefixes of which the peer has to be told. */
  get pending(): number {
    return this.#queue.length
  }

  /** Queues the prefix of a slot of the Loc-RIB. */
  touch(slot: number): void {
    const { words, wordsPerKey, lengths } = this.#options.locRib.index
    const here = this.index.findOrInsert(words, slot * wordsPerKey, lengths[slot]!)
    if (here < 0) {
      this.unsendable++
      return
    }
    if (here >= this.#told.length) this.#told = grown(this.#told, new Uint32Array(this.index.capacity))
    this.#queue.push(here)
  }

  /** Queues everything: for a new session. */
  touchAll(): void {
    const { locRib } = this.#options
    for (let slot = 0; slot < locRib.index.used; slot++) if (locRib.setOf(slot) >= 0) this.touch(slot)
  }

  /** Forgets what the peer was told, and queues everything: for ROUTE-REFRESH (RFC 2918 §4). */
  refresh(): void {
    for (let slot = 0; slot < this.index.used; slot++) {
      if (this.#told[slot] === 0) continue
      this.table.release(this.#told[slot]! - 1)
      this.#told[slot] = 0
      if (!this.#queue.has(slot)) this.index.remove(slot)
    }
    this.touchAll()
  }

  /** Number of the attributes that the peer was told, or -1. */
  setOf(slot: number): number {
    return (this.#told[slot] ?? 0) - 1
  }

  /** UPDATE messages about at most `most` queued prefixes: withdrawals first, then routes by their attributes. */
  takeUpdates(most = 10_000): readonly Uint8Array[] {
    const batch = Array.from({ length: Math.min(most, this.#queue.length) }, () => this.#queue.shift())
    const withdrawn: number[] = []
    const bySet = new Map<number, number[]>()
    const known = new Map<string, number>()
    for (const slot of batch) {
      const set = this.#outgoing(slot, known)
      const before = this.setOf(slot)
      if (set === before) continue
      if (set >= 0) this.table.retain(set)
      this.#told[slot] = set + 1
      if (set < 0) withdrawn.push(slot)
      else gather(bySet, set, slot)
      if (before >= 0) this.table.release(before)
    }
    const messages = this.#packer.withdrawals(withdrawn)
    for (const [set, slots] of bySet) messages.push(...this.#packer.announcements(this.table.octetsOf(set), slots))
    for (const slot of batch) if (this.#told[slot] === 0 && !this.#queue.has(slot)) this.index.remove(slot)
    return messages
  }

  /** Set of this table for the best route of a prefix, or -1 when there is nothing to tell. */
  #outgoing(slot: number, known: Map<string, number>): number {
    const { locRib, peerNumber } = this.#options
    const { words, wordsPerKey, lengths } = this.index
    const there = locRib.index.find(words, slot * wordsPerKey, lengths[slot]!)
    const set = there < 0 ? -1 : locRib.setOf(there)
    if (set < 0 || locRib.peerOf(there) === peerNumber) return -1
    const from = locRib.peerOf(there)
    const key = `${set} ${from}`
    const found = known.get(key)
    if (found !== undefined && (found < 0 || this.table.usersOf(found) > 0)) return found
    const made = this.#intern(set, from)
    known.set(key, made)
    return made
  }

  #intern(set: number, from: number): number {
    const { locRib, context, exportRoute, maxLength } = this.#options
    const facts = locRib.factsOf(from)
    const attributes = facts && exportRoute(locRib.table.attributesOf(set), facts)
    if (attributes === undefined) return -1
    const block = encodeAttributes(attributes, context)
    // Header and two lengths take 23 octets, the longest prefix with its path identifier 21.
    if (block.length + 23 + 21 > maxLength) {
      this.unsendable++
      return -1
    }
    const number = attributeContext(context)
    const hash = this.table.hashOf(block, 0, block.length, number)
    const known = this.table.find(block, 0, block.length, number, hash)
    const made =
      known >= 0
        ? known
        : this.table.insert(block, 0, block.length, number, hash, decisionFactsOf(attributes, this.table.own))
    if (made < 0) this.unsendable++
    return made
  }
}

function gather(into: Map<number, number[]>, set: number, slot: number): void {
  const slots = into.get(set)
  if (slots === undefined) into.set(set, [slot])
  else slots.push(slot)
}
