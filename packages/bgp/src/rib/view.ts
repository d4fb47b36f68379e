/** Routes as people and other programs read them, and what differs between two tables. @module */
import type { Prefix } from '@vagus/address'
import { octetsOf } from '../nlri/prefix-nlri.ts'
import type { AttributeTable } from '../update/attribute-table.ts'
import type { PathAttributes } from '../update/path-attributes.ts'
import type { PrefixIndex } from './prefix-index.ts'

/** What Adj-RIB-In and Loc-RIB have in common. */
export interface RouteTable {
  readonly index: PrefixIndex
  readonly table: AttributeTable
  /** Number of the attributes, or -1; where `pathsAt` has several, of the first. */
  setOf(slot: number): number
  /** All paths of a slot; a table without this has one. */
  pathsAt?(slot: number): readonly Path[]
}

export interface Path {
  /** Number of the attributes. */
  readonly set: number
  /** Only with ADD-PATH (RFC 7911). */
  readonly pathId?: number
  /** The peer went away and has not repeated the route (RFC 4724). */
  readonly stale?: 'yes'
}

export interface Route {
  readonly prefix: Prefix
  readonly attributes: PathAttributes
  readonly pathId?: number
  readonly stale?: 'yes'
}

/** Every route of a table, in no order. The table must not change meanwhile. */
export function* routesOf(rib: RouteTable): Iterable<Route> {
  for (let slot = 0; slot < rib.index.used; slot++) yield* routesAt(rib, slot)
}

/** The routes of one slot: several only with ADD-PATH. */
function* routesAt(rib: RouteTable, slot: number): Iterable<Route> {
  const prefix = prefixAt(rib.index, slot)
  for (const { set, ...path } of pathsAt(rib, slot)) {
    yield { prefix, attributes: rib.table.attributesOf(set), ...path }
  }
}

function pathsAt(rib: RouteTable, slot: number): readonly Path[] {
  if (rib.pathsAt !== undefined) return rib.pathsAt(slot)
  const set = rib.setOf(slot)
  return set < 0 ? [] : [{ set }]
}

/** Slot of a prefix, or -1. */
export function slotOf(index: PrefixIndex, prefix: Prefix): number {
  return prefix.version === index.version ? index.find(wordsOf(prefix), 0, prefix.length) : -1
}

/** The address of a prefix as the words of an index of its version. */
export function wordsOf({ version, octets }: Prefix): Uint32Array {
  const view = new DataView(octets.buffer, octets.byteOffset, 16)
  return Uint32Array.from({ length: version === 4 ? 1 : 4 }, (_, word) => view.getUint32(12 - 4 * word))
}

/** The prefix of a slot. */
export function prefixAt({ words, wordsPerKey, lengths, version }: PrefixIndex, slot: number): Prefix {
  return { version, octets: octetsOf(words, slot * wordsPerKey, version), length: lengths[slot]! }
}

export interface Difference {
  readonly prefix: Prefix
  /** Undefined where the prefix is in the other table only. */
  readonly before?: PathAttributes
  readonly after?: PathAttributes
}

/** Prefixes that are in one table only, or with other attributes; of several paths the first is compared. */
export function* differencesOf(before: RouteTable, after: RouteTable): Iterable<Difference> {
  for (const [slot, set] of used(before)) {
    const there = find(after, before.index, slot)
    const other = there < 0 ? -1 : after.setOf(there)
    const prefix = prefixAt(before.index, slot)
    if (other < 0) yield { prefix, before: before.table.attributesOf(set) }
    else if (!isSame(before, set, after, other)) {
      yield { prefix, before: before.table.attributesOf(set), after: after.table.attributesOf(other) }
    }
  }
  for (const [slot, set] of used(after)) {
    const there = find(before, after.index, slot)
    if (there < 0 || before.setOf(there) < 0) {
      yield { prefix: prefixAt(after.index, slot), after: after.table.attributesOf(set) }
    }
  }
}

function* used(rib: RouteTable): Iterable<readonly [slot: number, set: number]> {
  for (let slot = 0; slot < rib.index.used; slot++) {
    const set = rib.setOf(slot)
    if (set >= 0) yield [slot, set]
  }
}

const find = (rib: RouteTable, index: PrefixIndex, slot: number): number =>
  rib.index.find(index.words, slot * index.wordsPerKey, index.lengths[slot]!)

/** Octet by octet: attributes in another order are another block. */
function isSame(before: RouteTable, set: number, after: RouteTable, other: number): boolean {
  if (before.table === after.table && set === other) return true
  const [one, two] = [before.table.octetsOf(set), after.table.octetsOf(other)]
  return one.length === two.length && one.every((octet, index) => octet === two[index])
}
