/**
 * The layout of the network map: the order of the routers is improved by swaps as long as links cross less, run through
 * fewer nodes, or get shorter. No chance is involved: the same topology and width give the same map.
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

/** Beyond this the first order stays: every trial compares each link with each other one. */
const maxImprovedLinks = 120
/** Enough for 30 routers to settle; keeps the worst case under a tenth of a second. */
const maxTrials = 1500

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

/** The map of a topology, `width` pixels wide (`narrowestMap` or more). */
export function layoutMap(topology: Topology, width: number): MapLayout {
  let order: RouterOrder = {
    edges: topology.nodes.filter(({ kind }) => kind === 'edge'),
    cores: topology.nodes.filter(({ kind }) => kind === 'core'),
  }
  let best = arrange(topology, order, width)
  if (topology.links.length > maxImprovedLinks) return best
  let bestCost = costOf(best)
  for (let trials = 0, improved = true; improved && trials < maxTrials;) {
    improved = false
    for (const candidate of neighboursOf(order)) {
      if (++trials > maxTrials) break
      const layout = arrange(topology, candidate, width)
      const cost = costOf(layout)
      if (cost >= bestCost - 1e-6) continue
      best = layout
      bestCost = cost
      order = candidate
      improved = true
      break
    }
  }
  return best
}
