/** What happens to a vehicle on its way, and what it is told, from a seed. @module */
import { createRandom, type Random } from '../random.ts'

/** Its radios, which are in cells of their own. It begins in the first. */
export const radios = ['wlan0', 'wwan0'] as const
export type Radio = (typeof radios)[number]

/**
 * `planned`: into the cell of its other radio, which it announces. `sudden`: likewise, but the old cell is gone from one
 * moment to the next. `announced-dead-spot`: nothing gets through for a while; it is on the vehicle's map, so that it
 * announces it. `dead-spot`: one that nobody knew.
 */
export const incidentKinds = ['planned', 'sudden', 'announced-dead-spot', 'dead-spot'] as const
export type IncidentKind = (typeof incidentKinds)[number]

/** Times in milliseconds from the start. */
export interface PlannedIncident {
  readonly after: number
  readonly kind: IncidentKind
  /** For which nothing gets through in a dead spot; else 0. */
  readonly lasts: number
}

export interface Drive {
  readonly incidents: readonly PlannedIncident[]
  /** When it gets its orders, and is told to stop. */
  readonly orders: readonly number[]
  readonly stops: readonly number[]
}

export interface Plan {
  /** Milliseconds in which orders are given. */
  readonly lasts: number
  /** The same seed, the same drives. */
  readonly seed: number
  /** The longest dead spot, milliseconds, 500..8000. */
  readonly longestDeadSpot: number
}

export const shortestDeadSpot = 500
/** Milliseconds before the first incident, and from the end of one to the next at least: what was lost is noticed in them. */
const quiet = 2000
const spread = 3000
/** A planned or sudden hand-over with what belongs to it. */
const handOver = 2000

const orderEvery = { least: 300, most: 1200 } as const
const stopEvery = { least: 2000, most: 5000 } as const

/** The drive of a vehicle. Of the kinds of incidents each comes once in four. */
export function driveOf(vehicle: string, { lasts, seed, longestDeadSpot }: Plan): Drive {
  const random = createRandom('vehicles', seed, vehicle)
  const incidents: PlannedIncident[] = []
  let deck: IncidentKind[] = []
  let after = quiet * random() + quiet / 2
  while (after < lasts) {
    if (deck.length === 0) deck = shuffled(incidentKinds, random)
    const kind = deck.pop()!
    const isDead = kind === 'dead-spot' || kind === 'announced-dead-spot'
    // Short ones are more frequent than long ones: as many from 0.5 to 1 s as from 4 to 8 s.
    const dead = isDead ? shortestDeadSpot * (longestDeadSpot / shortestDeadSpot) ** random() : 0
    incidents.push({ after: Math.round(after), kind, lasts: Math.round(dead) })
    after += (isDead ? dead : handOver) + quiet + spread * random()
  }
  return { incidents, orders: timesOf(orderEvery, lasts, random), stops: timesOf(stopEvery, lasts, random) }
}

function timesOf({ least, most }: { least: number; most: number }, lasts: number, random: Random): readonly number[] {
  const times: number[] = []
  const next = (): number => least + random() * (most - least)
  for (let at = next(); at < lasts; at += next()) times.push(Math.round(at))
  return times
}

/** Fisher and Yates. */
function shuffled<Element>(elements: readonly Element[], random: Random): Element[] {
  const all = [...elements]
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[all[at], all[other]] = [all[other]!, all[at]!]
  }
  return all
}
