/**
 * The load of every prefix from what a router can tell: the load of each link, and of each link's heaviest prefixes one by
 * one. The others share what is left, in proportion to what they were last taken for.
 * @module
 */
import { type Observation, topPrefixes } from './observation.ts'

/** Of a share that nothing is known about, in the load of the last prefix that is measured. */
const unknownShare = 0.5

/**
 * Takes in the next measurement. `seen.load` and `seen.assignment` are of this step, `seen.estimate` and `seen.visible`
 * of the step before; these two are overwritten. `measured` is the load of each prefix; it is read only of the heaviest
 * `topPrefixes` of each link, and to find them.
 */
export function updateEstimate(
  seen: Pick<Observation, 'prefixes' | 'links' | 'assignment' | 'load' | 'estimate' | 'visible'>,
  measured: Float64Array,
): void {
  const { prefixes, links, assignment, load, estimate, visible } = seen
  const tops = heaviestOf(seen, measured)
  visible.fill(0)
  // No unmeasured prefix carries more than the lightest measured one.
  const most = new Float64Array(links)
  const residual = Float64Array.from(load)
  tops.forEach((top, link) => {
    for (const prefix of top) {
      visible[prefix] = 1
      residual[link]! -= measured[prefix]!
    }
    if (top.length > 0) most[link] = measured[top.at(-1)!]!
  })
  const weights = new Float64Array(prefixes)
  const sums = new Float64Array(links)
  for (let prefix = 0; prefix < prefixes; prefix++) {
    if (visible[prefix] === 1) continue
    const link = assignment[prefix]!
    weights[prefix] = Math.min(most[link]!, estimate[prefix]! || most[link]! * unknownShare)
    sums[link]! += weights[prefix]!
  }
  for (let prefix = 0; prefix < prefixes; prefix++) {
    const link = assignment[prefix]!
    if (visible[prefix] === 1) estimate[prefix] = measured[prefix]!
    else estimate[prefix] = sums[link]! > 0 ? (weights[prefix]! * Math.max(0, residual[link]!)) / sums[link]! : 0
  }
}

/** Of each link the `topPrefixes` with the highest loads, highest first. */
function heaviestOf(
  { prefixes, links, assignment }: Pick<Observation, 'prefixes' | 'links' | 'assignment'>,
  measured: Float64Array,
): readonly (readonly number[])[] {
  const tops = Array.from({ length: links }, (): number[] => [])
  for (let prefix = 0; prefix < prefixes; prefix++) {
    const top = tops[assignment[prefix]!]!
    const load = measured[prefix]!
    if (top.length === topPrefixes && measured[top[topPrefixes - 1]!]! >= load) continue
    let place = top.length < topPrefixes ? top.length : topPrefixes - 1
    for (; place > 0 && measured[top[place - 1]!]! < load; place--) top[place] = top[place - 1]!
    top[place] = prefix
  }
  return tops
}
