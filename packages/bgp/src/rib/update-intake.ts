/**
 * From an UPDATE into the tables of its peer. The common way allocates nothing: an attribute block that was seen before
 * is found by its octets, a new one without peculiarities is checked in place, and prefixes go from the message into
 * the table word by word. Anything else takes the slow way over `inspectUpdate`, so that both judge alike.
 * @module
 */
import { ipv4Unicast } from '../family.ts'
import { faultOfNlri } from '../nlri/check.ts'
import { PrefixCursor } from '../nlri/prefix-cursor.ts'
import { decisionFactsOf, setBit } from '../update/attribute-facts.ts'
import type { AttributeTable } from '../update/attribute-table.ts'
import { attributeContext, type UpdateContext } from '../update/context.ts'
import { endsRoutes, type Fault, type Treatment } from '../update/fault.ts'
import { inspectUpdate, type Inspection, pathIdsOf } from '../update/inspect.ts'
import { emptyLayout, readLayout } from '../update/layout.ts'
import { MultiprotocolSpans } from '../update/multiprotocol-spans.ts'
import { QuickAttributes } from '../update/quick-attributes.ts'
import type { AdjRibIn } from './adj-rib-in.ts'
import type { NlriRib } from './nlri-rib.ts'

export type Intake =
  | { readonly type: 'taken' }
  | { readonly type: 'end-of-rib'; readonly family: number }
  /** The routes were taken, or withdrawn, or ended, as the treatment says; `session-reset`: nothing was done. */
  | { readonly type: 'faults'; readonly treatment: Treatment; readonly faults: readonly Fault[] }
  /** A table is full: the session is to end, with Cease. */
  | { readonly type: 'limit'; readonly of: 'prefixes' | 'attributes' }

const taken: Intake = { type: 'taken' }
const mandatory = setBit.origin | setBit.asPath

export class UpdateIntake {
  readonly #table: AttributeTable
  readonly #context: UpdateContext
  readonly #ribs: ReadonlyMap<number, AdjRibIn>
  readonly #others: ReadonlyMap<number, NlriRib>
  readonly #layout = emptyLayout()
  readonly #spans = new MultiprotocolSpans()
  readonly #cursor = new PrefixCursor()
  readonly #quick: QuickAttributes
  readonly #contextNumber: number

  /**
   * @param ribs by family key: IPv4 and IPv6 unicast as far as they were negotiated
   * @param others by family key: the families whose NLRI are kept as octets
   */
  constructor(
    table: AttributeTable,
    context: UpdateContext,
    ribs: ReadonlyMap<number, AdjRibIn>,
    others: ReadonlyMap<number, NlriRib> = new Map(),
  ) {
    this.#table = table
    this.#context = context
    this.#ribs = ribs
    this.#others = others
    this.#quick = new QuickAttributes(table.own, context)
    this.#contextNumber = attributeContext(context)
  }

  /** `octets` are one UPDATE with a right header. Never throws. */
  receive(octets: Uint8Array): Intake {
    const layout = this.#layout
    if (readLayout(octets, layout) !== undefined) return this.#slowly(octets)
    const spans = this.#spans.find(octets, layout)
    if (spans.isUnusual || this.#isMalformed(octets)) return this.#slowly(octets)
    const hasNlri = layout.nlriFrom < octets.length
    if (!hasNlri && !spans.hasReach) {
      if (spans.hasOthers || octets.length === 23 || spans.isUnreachEmpty) return this.#slowly(octets)
      this.#withdraw(octets)
      return taken
    }
    const wanted = hasNlri ? mandatory | setBit.nextHop : mandatory
    const set = spans.hasMultiprotocol
      ? this.#setOf(spans.block, 0, spans.blockLength, wanted)
      : this.#setOf(octets, layout.attributesFrom, layout.attributesTo, wanted)
    return set < 0 ? this.#slowly(octets) : this.#take(octets, set)
  }

  /**
   * Number of a block with the wanted attributes that was seen before, or is new and without peculiarities; else -1.
   */
  #setOf(block: Uint8Array, from: number, to: number, wanted: number): number {
    const context = this.#contextNumber
    const hash = this.#table.hashOf(block, from, to, context)
    const known = this.#table.find(block, from, to, context, hash)
    if (known >= 0) return (this.#table.facts.bits[known]! & wanted) === wanted ? known : -1
    const quick = this.#quick
    if (quick.read(block, from, to) === 'unusual' || (quick.facts.bits & wanted) !== wanted) return -1
    return this.#table.insert(block, from, to, context, hash, quick.facts)
  }

  /** Whether NLRI cannot be walked: then the slow way says what is wrong. */
  #isMalformed(octets: Uint8Array): boolean {
    const { withdrawnFrom, withdrawnTo, nlriFrom } = this.#layout
    const { reachFamily, reachFrom, reachTo, unreachFamily, unreachFrom, unreachTo } = this.#spans
    return (
      this.#breaks(octets, withdrawnFrom, withdrawnTo, ipv4Unicast) ||
      this.#breaks(octets, nlriFrom, octets.length, ipv4Unicast) ||
      (reachFamily >= 0 && this.#breaks(octets, reachFrom, reachTo, reachFamily)) ||
      (unreachFamily >= 0 && this.#breaks(octets, unreachFrom, unreachTo, unreachFamily))
    )
  }

  #breaks(octets: Uint8Array, from: number, to: number, family: number): boolean {
    return from < to && faultOfNlri(octets, from, to, family, pathIdsOf(family, this.#context)) !== undefined
  }

  #take(octets: Uint8Array, set: number): Intake {
    const { reachFamily, reachFrom, reachTo } = this.#spans
    // Held while routes come and go, so that the number cannot be given to another block meanwhile.
    this.#table.retain(set)
    this.#withdraw(octets)
    const isTaken =
      this.#announce(octets, this.#layout.nlriFrom, octets.length, ipv4Unicast, set) &&
      this.#announce(octets, reachFrom, reachTo, reachFamily, set)
    this.#table.release(set)
    return isTaken ? taken : { type: 'limit', of: 'prefixes' }
  }

  #withdraw(octets: Uint8Array): void {
    const { withdrawnFrom, withdrawnTo } = this.#layout
    this.#withdrawAll(octets, withdrawnFrom, withdrawnTo, ipv4Unicast)
    const { unreachFamily, unreachFrom, unreachTo } = this.#spans
    this.#withdrawAll(octets, unreachFrom, unreachTo, unreachFamily)
  }

  #announce(octets: Uint8Array, from: number, to: number, family: number, set: number): boolean {
    if (from >= to || !this.#context.families.has(family)) return true
    const rib = this.#ribs.get(family)
    if (rib === undefined) return this.#others.get(family)?.announce(octets, from, to, set) !== 'refused'
    const pathIds = pathIdsOf(family, this.#context)
    const cursor = this.#cursor.start(octets, from, to, rib.index.version, pathIds)
    while (cursor.next()) if (rib.announce(cursor, set, pathIds) === 'refused') return false
    return true
  }

  #withdrawAll(octets: Uint8Array, from: number, to: number, family: number): void {
    if (from >= to || !this.#context.families.has(family)) return
    const rib = this.#ribs.get(family)
    if (rib === undefined) {
      this.#others.get(family)?.withdraw(octets, from, to)
      return
    }
    const pathIds = pathIdsOf(family, this.#context)
    const cursor = this.#cursor.start(octets, from, to, rib.index.version, pathIds)
    while (cursor.next()) rib.withdraw(cursor)
  }

  #slowly(octets: Uint8Array): Intake {
    const inspection = inspectUpdate(octets, this.#context)
    const { treatment, faults, endOfRib } = inspection
    if (treatment === 'session-reset') return { type: 'faults', treatment, faults }
    if (endOfRib !== undefined) return { type: 'end-of-rib', family: endOfRib }
    this.#spans.find(octets, this.#layout)
    const disabled = new Set(faults.flatMap(({ family }) => family ?? []))
    this.#spans.forget(disabled)
    if (endsRoutes(faults)) {
      this.#withdraw(octets)
      this.#withdrawAll(octets, this.#layout.nlriFrom, octets.length, ipv4Unicast)
      this.#withdrawAll(octets, this.#spans.reachFrom, this.#spans.reachTo, this.#spans.reachFamily)
      return { type: 'faults', treatment, faults }
    }
    const result = this.#takeNew(octets, inspection)
    if (result.type === 'limit') return result
    if (faults.length > 0) return { type: 'faults', treatment, faults }
    return result
  }

  #isKept(family: number): boolean {
    return this.#ribs.has(family) || this.#others.has(family)
  }

  /** Keeps the block of attributes without a serious fault, for the next time. */
  #takeNew(octets: Uint8Array, { attributes }: Inspection): Intake {
    const { attributesFrom, attributesTo, nlriFrom } = this.#layout
    const spans = this.#spans
    const hasRoutes = nlriFrom < octets.length || (spans.hasReach && this.#isKept(spans.reachFamily))
    if (!hasRoutes) {
      this.#withdraw(octets)
      return taken
    }
    const block = spans.hasMultiprotocol
      ? spans.block.slice(0, spans.blockLength)
      : octets.subarray(attributesFrom, attributesTo)
    const context = this.#contextNumber
    const hash = this.#table.hashOf(block, 0, block.length, context)
    const known = this.#table.find(block, 0, block.length, context, hash)
    const facts = decisionFactsOf(attributes, this.#table.own)
    const set = known >= 0 ? known : this.#table.insert(block, 0, block.length, context, hash, facts)
    if (set < 0) return { type: 'limit', of: 'attributes' }
    return this.#take(octets, set)
  }
}
