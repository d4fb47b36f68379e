/** What each link of a border carries inwards, and what it can carry. @module */
import { windowOf } from '@vagus/analytics'
import type { Link } from '@vagus/api'
import type { LinkReading } from '@vagus/steering'
import type { Measurements } from '../domain/measurements.ts'
import type { BorderLink } from './borders.ts'

/** By the link's name, as agents tell it. */
export type MeasuredLinks = ReadonlyMap<string, Link['measured']>

export interface BorderLinkReading extends LinkReading {
  /** Absent where it is up, or nothing tells. */
  readonly isDown?: true
}

type Counted = Pick<Measurements, 'counters' | 'numberAt' | 'linkState'>

/**
 * Means of the `step` milliseconds before `now`, which is milliseconds since 1970: by interface counters, else by what the
 * link's agent measured within that time. The capacity is what is configured, or less where an agent measures less. A link that
 * is down has no load: with one of 0 it would look as if it had room.
 */
export function linkReadingsOf(
  links: readonly BorderLink[],
  measurements: Counted,
  measured: MeasuredLinks,
  { now, step }: { readonly now: number; readonly step: number },
): readonly BorderLinkReading[] {
  return links.map((link) => {
    const told = measured.get(link.name)
    const capacity = told === undefined || told.capacity <= 0 ? link.capacity : Math.min(link.capacity, told.capacity)
    if (measurements.linkState(link.name, now).state === 'down')
      return { name: link.name, capacity, load: null, isDown: true }
    const load = countedLoad(link, measurements, now, step) ?? toldLoad(link, told, step)
    return { name: link.name, capacity, load }
  })
}

/** The window ends with the newest sample: exporters send counters every few seconds, and some only as often as a step. */
function countedLoad({ end }: BorderLink, measurements: Counted, now: number, step: number): number | undefined {
  const { counters } = measurements
  const device = measurements.numberAt(end.address)
  const newest = counters.latest(device, end.ifIndex)?.at
  if (device === 0 || newest === undefined || now - newest >= step) return undefined
  return counters.rates(device, end.ifIndex, windowOf(newest - step, newest))?.inBitsPerSecond
}

function toldLoad({ end }: BorderLink, told: Link['measured'], step: number): number | null {
  if (told === undefined || told.ageSeconds * 1000 >= step) return null
  return end.direction === 'a-to-z' ? told.zToA : told.aToZ
}
