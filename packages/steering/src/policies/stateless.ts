/**
 * Overload control as in Edge Fabric (Schlinker et al., SIGCOMM 2017, §4): each step begins again from the preferred
 * links and unloads those above a threshold. It keeps loads in order, and moves a prefix back as soon as there is room.
 * @module
 */
import type { Observation, Policy } from '../observation.ts'
import { hottestFirst } from './hottest-first.ts'

/** `threshold` is a share of each link's capacity. */
export const createStateless = (threshold: number): Policy => ({
  decide(seen) {
    const { prefixes, links, preferred, estimate, capacity } = seen
    const wish = Int32Array.from(preferred)
    const load = new Float64Array(links)
    for (let prefix = 0; prefix < prefixes; prefix++) load[wish[prefix]!]! += estimate[prefix]!
    const limit = capacity.map((each) => threshold * each)
    for (const link of hottestFirst(load, capacity)) {
      if (load[link]! <= limit[link]!) continue
      for (const prefix of movableOf(seen, wish, link)) {
        if (load[link]! <= limit[link]!) break
        const to = nearestWithRoom(seen, prefix, link, load, limit)
        if (to < 0) continue
        wish[prefix] = to
        load[link]! -= estimate[prefix]!
        load[to]! += estimate[prefix]!
      }
    }
    return wish
  },
})

/** Prefixes on the link that may be moved, heaviest first. */
function movableOf({ prefixes, complies, estimate }: Observation, wish: Int32Array, link: number): readonly number[] {
  const here: number[] = []
  for (let prefix = 0; prefix < prefixes; prefix++)
    if (wish[prefix] === link && complies[prefix] === 1 && estimate[prefix]! > 0) here.push(prefix)
  return here.sort((a, b) => estimate[b]! - estimate[a]!)
}

/** The link with the least delay that stays within its limit, or -1. */
function nearestWithRoom(
  { links, delay, estimate }: Observation,
  prefix: number,
  from: number,
  load: Float64Array,
  limit: Float64Array,
): number {
  let nearest = -1
  for (let link = 0; link < links; link++) {
    if (link === from || load[link]! + estimate[prefix]! > limit[link]!) continue
    if (nearest < 0 || delay[prefix * links + link]! < delay[prefix * links + nearest]!) nearest = link
  }
  return nearest
}
