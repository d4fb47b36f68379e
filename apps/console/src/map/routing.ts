/**
 * How links run between placed nodes: straight; parallel ones apart; and at a box each from a point of its own, in the
 * order of their directions, so that links of one box do not cross.
 * @module
 */
import type { Topology } from '@vagus/api'
import type { Point, Segment } from './geometry.ts'
import { shifted, sidewaysOf } from './geometry.ts'
import type { PlacedNode } from './placement.ts'

type Link = Topology['links'][number]
export type RoutedLink = Link & Segment

/** Between the middles of parallel links. */
const parallelGap = 13

/** How wide links of one box may be together where they reach a router: no wider than it is. */
const fanWidth = 18

/** The side of a box that faces a point, as a unit step. */
const facing = (box: PlacedNode, to: Point): Point =>
  box.ports === 'upright' ? { x: 0, y: to.y > box.y ? 1 : -1 } : { x: to.x > box.x ? 1 : -1, y: 0 }

/** For each link of a box the point where it leaves. */
function portsOf(box: PlacedNode, links: readonly Link[], nodes: ReadonlyMap<string, PlacedNode>): Map<string, Point> {
  const own = links
    .filter(({ a, z }) => a === box.name || z === box.name)
    .map(({ name, a, z }) => ({ name, other: nodes.get(a === box.name ? z : a)! }))
    .filter(({ other }) => other !== undefined)
    .map(({ name, other }) => ({ name, other, side: facing(box, other) }))
  const ports = new Map<string, Point>()
  for (const group of Map.groupBy(own, ({ side }) => `${side.x},${side.y}`).values()) {
    const { side } = group[0]!
    const half = side.y !== 0 ? box.halfWidth : box.halfHeight
    // along the side, by direction: the slope decides, not the distance
    const along = ({ other }: (typeof group)[number]): number =>
      side.y !== 0
        ? (other.x - box.x) / Math.max(1, Math.abs(other.y - box.y))
        : (other.y - box.y) / Math.max(1, Math.abs(other.x - box.x))
    group.sort((p, q) => along(p) - along(q) || p.name.localeCompare(q.name))
    const step = Math.min((half * 2 - 16) / Math.max(1, group.length - 1), side.y !== 0 ? 90 : 16)
    for (const [index, { name }] of group.entries()) {
      const offset = (index - (group.length - 1) / 2) * step
      ports.set(
        name,
        side.y !== 0
          ? { x: box.x + offset, y: box.y + side.y * box.halfHeight }
          : { x: box.x + side.x * box.halfWidth, y: box.y + offset },
      )
    }
  }
  return ports
}

/** Every link whose ends are on the map, with the points that it runs between. */
export function route(links: readonly Link[], nodes: ReadonlyMap<string, PlacedNode>): RoutedLink[] {
  const known = links.filter(({ a, z }) => nodes.has(a) && nodes.has(z))
  const ports = new Map(
    [...nodes.values()].filter((node) => node.ports !== 'centre').map((box) => [box.name, portsOf(box, known, nodes)]),
  )
  const portAt = (box: string, { name }: Link): Point | undefined => ports.get(box)?.get(name)
  const pairs = new Map(
    [...Map.groupBy(known, ({ a, z }) => [a, z].sort().join('\n'))].map(([key, links]) => {
      const [from = '', to = ''] = key.split('\n')
      const line = { from: nodes.get(from)!, to: nodes.get(to)! }
      // in the order of their points at a box, else they would cross on the way to it
      const order = (link: Link): number => sidewaysOf(line, portAt(from, link) ?? portAt(to, link))
      return [key, links.toSorted((one, other) => order(one) - order(other))]
    }),
  )
  return known.map((link) => {
    const ends = {
      from: portAt(link.a, link) ?? nodes.get(link.a)!,
      to: portAt(link.z, link) ?? nodes.get(link.z)!,
    }
    const plain = { from: { x: ends.from.x, y: ends.from.y }, to: { x: ends.to.x, y: ends.to.y } }
    const parallel = pairs.get([link.a, link.z].sort().join('\n'))!
    if (parallel.length === 1) return { ...link, ...plain }
    // seen from the same end for all of them, else two would fall together
    const turned = link.a < link.z ? 1 : -1
    const fans = ports.has(link.a) || ports.has(link.z)
    const gap = fans ? Math.min(parallelGap, fanWidth / (parallel.length - 1)) : parallelGap
    const offset = (parallel.indexOf(link) - (parallel.length - 1) / 2) * gap * turned
    const apart = shifted(plain, offset)
    // at a box the ports already keep them apart
    return {
      ...link,
      from: ports.has(link.a) ? plain.from : apart.from,
      to: ports.has(link.z) ? plain.to : apart.to,
    }
  })
}
