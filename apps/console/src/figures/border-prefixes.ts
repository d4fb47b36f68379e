/**
 * The prefixes of a border in the order in which they are looked for: by link, and on each link the heaviest first.
 * @module
 */
import type { Border } from '@vagus/api/steering'

type Prefix = Border['prefixes'][number]

/** Of each link these many, besides those that traffic classes steer. */
export const heaviestShown = 4

export function byLink({ links, prefixes }: Pick<Border, 'links' | 'prefixes'>): Prefix[] {
  const place = new Map(links.map(({ link }, at) => [link, at]))
  const placeOf = ({ link }: Prefix): number => place.get(link) ?? links.length
  return prefixes.toSorted((a, b) => placeOf(a) - placeOf(b) || b.bitsPerSecond - a.bitsPerSecond)
}

/** Of `sorted`, as `byLink` gives them, the heaviest of each link, and all that are steered. */
export function heaviestOf(sorted: readonly Prefix[]): Prefix[] {
  const seen = new Map<string, number>()
  return sorted.filter(({ link, steeredTo }) => {
    const rank = seen.get(link) ?? 0
    seen.set(link, rank + 1)
    return rank < heaviestShown || steeredTo !== null
  })
}
