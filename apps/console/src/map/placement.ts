/**
 * Where the nodes of the map stand, given the order of the routers:
 *
 *            neighbours
 *   sites  edge  core  edge  sites
 *            sites that reach both sides
 *
 * Edge routers stand in two columns, core routers between them, a site beside its router, neighbours above.
 * @module
 */
import type { Topology } from '@vagus/api'
import type { Box } from './geometry.ts'

type Node = Topology['nodes'][number]
/**
 * A node with its place: the centre and half its size, in pixels. Links leave a box in a row at its upper or lower side,
 * one in a column at its left or right side, a router at its centre.
 */
export type PlacedNode = Node & Box & { readonly ports: 'upright' | 'sideways' | 'centre' }

/** The order of the routers; the edge routers of the first half stand in the left column. */
export interface RouterOrder {
  readonly edges: readonly Node[]
  readonly cores: readonly Node[]
}

export interface Placement {
  readonly nodes: ReadonlyMap<string, PlacedNode>
  readonly width: number
  readonly height: number
  /** The plate of our own network. */
  readonly plate: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

const siteHalf = { width: 72, height: 21 }
const rowGap = 132
const siteGap = 64
const bandHeight = 100
const margin = 14
const shortestSiteLink = 62

type Side = 'left' | 'right' | 'top' | 'bottom'

interface Outside {
  readonly node: Node
  /** Routers that it is linked to. */
  readonly routers: readonly PlacedNode[]
  readonly links: number
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function sideOf({ node, routers }: Outside, middle: number): Side {
  if (node.kind === 'neighbour') return 'top'
  if (routers.length === 0) return 'bottom'
  if (routers.every(({ x }) => x < middle - 1)) return 'left'
  return routers.every(({ x }) => x > middle + 1) ? 'right' : 'bottom'
}

/** Places near the wished ones, in their order, at least `gap` apart, inside from..to as far as there is room. */
function spread(wished: readonly number[], gap: number, from: number, to: number): number[] {
  const room = Math.min(gap, (to - from) / Math.max(1, wished.length))
  const places = [...wished]
  for (let i = 0; i < places.length; i++) {
    const least = i === 0 ? from + room / 2 : places[i - 1]! + room
    places[i] = Math.max(places[i]!, least)
  }
  for (let i = places.length - 1; i >= 0; i--) {
    const most = i === places.length - 1 ? to - room / 2 : places[i + 1]! - room
    places[i] = Math.min(places[i]!, most)
  }
  return places
}

function placeRouters(order: RouterOrder, width: number, top: number, height: number): PlacedNode[] {
  const rows = Math.ceil(order.edges.length / 2)
  const half = { halfWidth: 12, halfHeight: 12 }
  // not so far out that the links to the sites beside would have no room
  const aside = Math.min(width * 0.205, width / 2 - margin - 2 * siteHalf.width - shortestSiteLink)
  const edges = order.edges.map((node, index) => {
    // one alone stands in the middle, its sites below it
    const side = order.edges.length + order.cores.length === 1 ? 0 : index < rows ? -1 : 1
    const inColumn = side <= 0 ? rows : order.edges.length - rows
    const share = ((index % rows) + 0.5) / inColumn
    // the columns bend outwards, so that a link along a column does not run through the routers between its ends
    const bend = inColumn > 2 ? Math.sin(Math.PI * share) * 26 - 13 : 0
    return {
      ...node,
      ...half,
      ports: 'centre' as const,
      x: width / 2 + side * (aside + bend),
      y: top + share * height,
    }
  })
  const columns = order.cores.length > 4 ? 2 : 1
  const lines = Math.ceil(order.cores.length / columns)
  const cores = order.cores.map((node, index) => {
    const line = Math.floor(index / columns)
    const share = 0.5 + (lines === 1 ? 0 : (line / (lines - 1) - 0.5) * (lines > 2 ? 0.76 : 0.4))
    const zigzag = columns === 1 ? (line % 2 === 0 ? -0.012 : 0.012) : index % 2 === 0 ? -0.07 : 0.07
    return { ...node, ...half, ports: 'centre' as const, x: width * (0.5 + zigzag), y: top + share * height }
  })
  return [...edges, ...cores]
}

/** A row above or below: each box as wide as its links need, near the routers that it is linked to. */
function placeRow(row: readonly Outside[], y: number, width: number): PlacedNode[] {
  const room = (width - 2 * margin) / Math.max(1, row.length)
  const wish = ({ routers }: Outside): number => (routers.length === 0 ? width / 2 : mean(routers.map(({ x }) => x)))
  const sorted = [...row].sort((a, b) => wish(a) - wish(b))
  const halfWidths = sorted.map(({ links }) =>
    Math.min(room / 2 - 4, Math.max(siteHalf.width, Math.min(links * 42, width * 0.2))),
  )
  const gap = Math.min(room, 2 * Math.max(siteHalf.width, ...halfWidths) + 16)
  const xs = spread(sorted.map(wish), gap, margin, width - margin)
  return sorted.map(({ node }, index) => ({
    ...node,
    x: xs[index]!,
    y,
    halfWidth: halfWidths[index]!,
    halfHeight: siteHalf.height,
    ports: 'upright',
  }))
}

function placeColumn(column: readonly Outside[], x: number, top: number, height: number): PlacedNode[] {
  const sorted = [...column].sort((a, b) => mean(a.routers.map(({ y }) => y)) - mean(b.routers.map(({ y }) => y)))
  const wished = sorted.map(({ routers }) => mean(routers.map(({ y }) => y)))
  // sites of one router stand evenly above and below it
  const level = wished.map((y, index) => {
    const same = wished.filter((other) => other === y).length
    return y + (index - wished.indexOf(y) - (same - 1) / 2) * siteGap
  })
  const ys = spread(level, siteGap, top, top + height)
  return sorted.map(({ node }, index) => ({
    ...node,
    x,
    y: ys[index]!,
    halfWidth: siteHalf.width,
    halfHeight: siteHalf.height,
    ports: 'sideways',
  }))
}

/** Places every node of a topology on a map of the given width; the height follows from what has to fit. */
export function place({ nodes, links }: Topology, order: RouterOrder, width: number): Placement {
  const rows = Math.max(1, Math.ceil(order.edges.length / 2), Math.ceil(order.cores.length / 3))
  const hasTop = nodes.some(({ kind }) => kind === 'neighbour')
  const outsideNames = nodes.filter(({ kind }) => kind === 'site' || kind === 'neighbour')
  const attached = (routers: readonly PlacedNode[]): Outside[] =>
    outsideNames.map((node) => {
      const own = links.filter(({ a, z }) => a === node.name || z === node.name)
      const ends = own.map(({ a, z }) => (a === node.name ? z : a))
      return { node, links: own.length, routers: routers.filter(({ name }) => ends.includes(name)) }
    })
  const plateTop = hasTop ? bandHeight : margin
  const sidesOf = (routers: readonly PlacedNode[]) => Map.groupBy(attached(routers), (each) => sideOf(each, width / 2))
  const first = sidesOf(placeRouters(order, width, plateTop, 1))
  const column = Math.max(first.get('left')?.length ?? 0, first.get('right')?.length ?? 0)
  const plateHeight = Math.max(240, rows * rowGap + 40, column * siteGap)
  const routers = placeRouters(order, width, plateTop + 14, plateHeight - 24)
  const sides = sidesOf(routers)
  const bottom = sides.get('bottom') ?? []
  const height = plateTop + plateHeight + (bottom.length > 0 ? bandHeight : margin)
  const left = placeColumn(sides.get('left') ?? [], margin + siteHalf.width, plateTop, plateHeight)
  const right = placeColumn(sides.get('right') ?? [], width - margin - siteHalf.width, plateTop, plateHeight)
  const placed = [
    ...routers,
    ...left,
    ...right,
    ...placeRow(sides.get('top') ?? [], margin + siteHalf.height, width),
    ...placeRow(bottom, height - margin - siteHalf.height, width),
  ]
  const plateWidth = Math.min(width - 4 * siteHalf.width - 4 * margin - 24, width * 0.56)
  return {
    nodes: new Map(placed.map((node) => [node.name, node])),
    width,
    height,
    plate: { x: (width - plateWidth) / 2, y: plateTop, width: plateWidth, height: plateHeight },
  }
}
