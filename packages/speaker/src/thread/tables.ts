/** The tables of a speaker behind one shape, for questions: positions that hold a route, or none. @module */
import { formatPrefix, type Prefix } from '@vagus/address'
import { type AdjRibIn, type LocRib, prefixAt, slotOf } from '@vagus/bgp'
import type { TableRoute } from '../api.ts'
import { attributesTo, type Facing } from '../routes/facing.ts'
import { pathsOf } from '../routes/change-feed.ts'
import type { Outgoing } from '../routes/outgoing.ts'

export interface Table {
  /** Prefixes in it. */
  readonly size: number
  /** Positions are below this number. */
  readonly end: number
  readonly prefixAt: (position: number) => Prefix | undefined
  readonly routeAt: (position: number) => TableRoute
  /** Equal numbers mean equal attributes within one speaker; -1: not known. */
  readonly setAt: (position: number) => number
  /** Position of a prefix, or -1. */
  readonly find: (prefix: Prefix) => number
}

export const tableOfAdjRibIn = (rib: AdjRibIn): Table => ({
  size: rib.size,
  end: rib.index.used,
  prefixAt: (slot) => (rib.has(slot) ? prefixAt(rib.index, slot) : undefined),
  routeAt: (slot) => ({ prefix: formatPrefix(prefixAt(rib.index, slot)), paths: pathsOf(rib, slot) }),
  setAt: (slot) => rib.setOf(slot),
  find(prefix) {
    const slot = slotOf(rib.index, prefix)
    return slot >= 0 && rib.has(slot) ? slot : -1
  },
})

export const tableOfLocRib = (rib: LocRib, nameOf: (peer: number) => string | undefined): Table => ({
  size: rib.size,
  end: rib.index.used,
  prefixAt: (slot) => (rib.setOf(slot) < 0 ? undefined : prefixAt(rib.index, slot)),
  routeAt(slot) {
    const peer = nameOf(rib.peerOf(slot))
    const paths = [{ attributes: rib.table.attributesOf(rib.setOf(slot)) }]
    return { prefix: formatPrefix(prefixAt(rib.index, slot)), paths, ...(peer === undefined ? {} : { peer }) }
  },
  setAt: (slot) => rib.setOf(slot),
  find(prefix) {
    const slot = slotOf(rib.index, prefix)
    return slot >= 0 && rib.setOf(slot) >= 0 ? slot : -1
  },
})

/** What a peer was told, as it stands now. */
export function tableOfAnnounced(routes: Iterable<Outgoing>, family: number, facing: Facing | undefined): Table {
  const all = [...routes].filter((route) => route.family === family && route.prefix !== undefined)
  const positions = new Map(all.map(({ prefix }, position) => [formatPrefix(prefix!), position]))
  return {
    size: all.length,
    end: all.length,
    prefixAt: (position) => all[position]!.prefix,
    routeAt(position) {
      const { prefix, given } = all[position]!
      const attributes = (facing && attributesTo(given, family, facing)) ?? given.attributes
      return { prefix: formatPrefix(prefix!), paths: [{ attributes }] }
    },
    setAt: () => -1,
    find: (prefix) => positions.get(formatPrefix(prefix)) ?? -1,
  }
}
