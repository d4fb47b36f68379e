/**
 * What links carry now. Flows are told only after they were seen for a while, so a figure of the last seconds can only
 * come from counters; a direction without them keeps its mean over the whole window, which flows can answer for.
 * @module
 */
import type { Link } from '@vagus/api'

type Load = Link['aToZ']

/** The shortest window that the live figures have: one slice. */
export const nowSeconds = 5

const currentOf = (now: Load, mean: Load): Load =>
  now.fromCounters === null ? mean : { ...now, coverage: mean.coverage }

/** `now` are the links over the last `nowSeconds`, `means` over the window that is shown; the names of `means` count. */
export function currentLinks(now: readonly Link[], means: readonly Link[]): Link[] {
  const byName = new Map(now.map((link) => [link.name, link]))
  return means.map((mean) => {
    const latest = byName.get(mean.name)
    if (latest === undefined) return mean
    return { ...latest, aToZ: currentOf(latest.aToZ, mean.aToZ), zToA: currentOf(latest.zToA, mean.zToA) }
  })
}
