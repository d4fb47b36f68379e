/**
 * What links carry now. Flows are exported late, so a figure of the last seconds can only come from counters; a
 * direction without them keeps its mean over the whole window, which flows do cover.
 * @module
 */
import type { Link } from '@vagus/api'
import { peakOf, quietBelow } from './utilisation.ts'

type Load = Link['aToZ']

const currentOf = (load: Load, capacity: number): Load =>
  load.now === null ? load : { ...load, bitsPerSecond: load.now, utilisation: load.now / capacity }

/** The links with their current load in place of the mean. */
export const currentLinks = (means: readonly Link[]): Link[] =>
  means.map((link) => ({
    ...link,
    aToZ: currentOf(link.aToZ, link.capacity),
    zToA: currentOf(link.zToA, link.capacity),
  }))

/**
 * The busiest of `current` first: those that fill up now, then the others by their mean, for the order of links with
 * little on them would change with each of their bursts. Unknown ones last, like ones by name.
 */
export function busiestFirst(current: readonly Link[], means: readonly Link[]): Link[] {
  const meanOf = new Map(means.map((link) => [link.name, peakOf(link) ?? -1]))
  const rank = (link: Link): number => {
    const now = peakOf(link) ?? -1
    return now >= quietBelow ? 1000 + now : (meanOf.get(link.name) ?? now)
  }
  return current.toSorted((x, y) => rank(y) - rank(x) || x.name.localeCompare(y.name))
}

/** The order of a list: links that are down, then the busiest. */
export const downFirst = (links: readonly Link[]): Link[] =>
  links.toSorted((x, y) => Number(y.state === 'down') - Number(x.state === 'down'))
