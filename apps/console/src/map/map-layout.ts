/**
 * The layout of the network map: the order of the routers is improved by swaps as long as links cross less, run through
 * fewer nodes, or get shorter; once for a topology, whatever the width. No chance is involved: the same topology and
 * width give the same map.
 * @module
 */
import type { Topology } from '@vagus/api'
import { cross, lengthOf, passes } from './geometry.ts'
import type { Placement, RouterOrder } from './placement.ts'
import { place } from './placement.ts'
import type { RoutedLink } from './routing.ts'
import { route } from './routing.ts'

export interface MapLayout extends Placement {
  readonly links: readonly RoutedLink[]
}

/** Above this the first order stays: too few trials are left to improve it. */
const maxImprovedLinks = 120
/** Of a link with another or with a node, over all trials: about a tenth of a second. */
export const maxComparisons = 700_000
/** Pixels for which the order is improved: a middling width. */
const improvedAt = 880

const crossingCost = 900
const passingCost = 1500

function arrange(topology: Topology, order: RouterOrder, width: number): MapLayout {
  const placement = place(topology, order, width)
  return { ...placement, links: route(topology.links, placement.nodes) }
}

/** Whether two links cross outside their ends; parallel ones and those of one node meet there anyway. */
export function linksCross(one: RoutedLink, other: RoutedLink): boolean {
  const meet = one.a === other.a || one.a === other.z || one.z === other.a || one.z === other.z
  return !meet && cross(one, other)
}

/** Smaller is better. */
function costOf({ nodes, links }: MapLayout): number {
  let cost = 0
  for (const [index, link] of links.entries()) {
    cost += lengthOf(link)
    for (const other of links.slice(index + 1)) if (linksCross(link, other)) cost += crossingCost
    for (const node of nodes.values())
      if (node.name !== link.a && node.name !== link.z && passes(link, node, 5)) cost += passingCost
  }
  return cost
}

const swapped = <Item>(items: readonly Item[], i: number, j: number): Item[] =>
  items.map((item, index) => (index === i ? items[j]! : index === j ? items[i]! : item))

function* neighboursOf(order: RouterOrder): Generator<RouterOrder> {
  for (const key of ['edges', 'cores'] as const)
    for (let i = 0; i < order[key].length; i++)
      for (let j = i + 1; j < order[key].length; j++) yield { ...order, [key]: swapped(order[key], i, j) }
}

/** Below this, names and links would be too close to be read: show a list. */
export const narrowestMap = 620

/** Pixels: a higher map is a long way to scroll instead of a picture. */
const highestMap = 2000

const firstOrder = ({ nodes }: Topology): RouterOrder => ({
  edges: nodes.filter(({ kind }) => kind === 'edge'),
  cores: nodes.filter(({ kind }) => kind === 'core'),
})

/** Whether a map of it can be taken in: some 40 routers, and no more links than can be put in order. */
export const isLegible = (topology: Topology): boolean =>
  topology.links.length <= maxImprovedLinks && place(topology, firstOrder(topology), improvedAt).height <= highestMap

export interface ImprovedOrder {
  readonly order: RouterOrder
  /** Of a link with another or with a node that it took; at most `maxComparisons`. */
  readonly comparisons: number
}

/** The order of the routers for maps of any width. */
export function improveOrder(topology: Topology): ImprovedOrder {
  let order = firstOrder(topology)
  const { length } = topology.links
  const each = (length * (length - 1)) / 2 + length * topology.nodes.length
  if (length > maxImprovedLinks || each > maxComparisons) return { order, comparisons: 0 }
  let comparisons = each
  let least = costOf(arrange(topology, order, improvedAt))
  for (let improved = true; improved;) {
    improved = false
    for (const candidate of neighboursOf(order)) {
      if (comparisons + each > maxComparisons) break
      comparisons += each
      const cost = costOf(arrange(topology, candidate, improvedAt))
      if (cost >= least - 1e-6) continue
      least = cost
      order = candidate
      improved = true
      break
    }
  }
  return { order, comparisons }
}

/** The map of a topology, `width` pixels wide (`narrowestMap` or more), its routers in the order that `improveOrder` found. */
export const layoutMap = (topology: Topology, width: number, order = improveOrder(topology).order): MapLayout =>
  arrange(topology, order, width)
