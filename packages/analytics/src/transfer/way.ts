/** Which links best effort takes from one place to another, and what they have left. @module */
import { type Arc, routingOf } from '../estimation/routing.ts'

/** A link between two places: routers, or a router and a site. Rates are bits per second. */
export interface WayLink {
  readonly name: string
  readonly a: string
  readonly z: string
  /** The routing protocol's metric: above 0. */
  readonly metric: number
  readonly capacity: number
  /** What each direction carries; null: nobody knows. */
  readonly aToZ: number | null
  readonly zToA: number | null
  /** One that is down leads nowhere. */
  readonly isUp: boolean
}

/** One direction of a link that is passed. */
export interface WayStep {
  readonly link: string
  readonly direction: 'a-z' | 'z-a'
  /** Of what goes from start to end, the part that passes here: less than 1 where equally short paths share it. */
  readonly part: number
  readonly capacity: number
  readonly load: number | null
  /** What is left of the capacity; null where the load is not known. */
  readonly room: number | null
}

/**
 * By the shortest paths; in the order of the links given. Empty: no way leads there.
 * @throws {RangeError} for a metric that is not above 0
 */
export function wayOf(links: readonly WayLink[], from: string, to: string): readonly WayStep[] {
  const up = links.filter(({ isUp }) => isUp)
  const places = [...new Set(up.flatMap(({ a, z }) => [a, z]))]
  const [source, sink] = [places.indexOf(from), places.indexOf(to)]
  if (source < 0 || sink < 0 || source === sink) return []
  const numberOf = new Map(places.map((name, at) => [name, at]))
  const arcs = up.flatMap(({ a, z, metric }): readonly Arc[] => {
    const [one, other] = [numberOf.get(a)!, numberOf.get(z)!]
    return [
      { from: one, to: other, weight: metric },
      { from: other, to: one, weight: metric },
    ]
  })
  const thither = 1 // row 0, column 1 of the two ends
  return routingOf(places.length, arcs, [source, sink]).flatMap(({ cells, parts }, at): readonly WayStep[] => {
    const part = parts[cells.indexOf(thither)]
    if (part === undefined) return []
    const link = up[at >> 1]!
    const direction = at % 2 === 0 ? 'a-z' : 'z-a'
    const load = direction === 'a-z' ? link.aToZ : link.zToA
    const room = load === null ? null : Math.max(0, link.capacity - load)
    return [{ link: link.name, direction, part, capacity: link.capacity, load, room }]
  })
}
