/**
 * What was sent to a full link, from what came through. Losses fall on all its prefixes alike, so nearly all of them come
 * in lower by one factor, while the one whose burst filled the link stands out. The factor is therefore the median, by
 * traffic, of expected over measured load.
 * @module
 */
import type { Observation } from '../observation.ts'

/** Of a full link on which nothing is expected. */
const unknownFactor = 1.3
/** No more than this is believed to have been lost: two thirds. */
const highestFactor = 3

/** Of each link the factor from measured to sent load: 1 where it is not saturated, at most 3. `expected`: of each prefix. */
export function passedFactors(
  { prefixes, links, assignment, visible, saturated, estimate }: Observation,
  expected: Float64Array,
): Float64Array {
  const factors = new Float64Array(links).fill(1)
  for (let link = 0; link < links; link++) {
    if (saturated[link] === 0) continue
    const witnesses: { factor: number; weight: number }[] = []
    for (let prefix = 0; prefix < prefixes; prefix++) {
      if (assignment[prefix] !== link || visible[prefix] === 0) continue
      const weight = expected[prefix]!
      if (weight > 0 && estimate[prefix]! > 0) witnesses.push({ factor: weight / estimate[prefix]!, weight })
    }
    factors[link] = Math.min(highestFactor, Math.max(1, medianOf(witnesses) ?? unknownFactor))
  }
  return factors
}

function medianOf(witnesses: { readonly factor: number; readonly weight: number }[]): number | undefined {
  witnesses.sort((a, b) => a.factor - b.factor)
  let left = witnesses.reduce((sum, { weight }) => sum + weight, 0) / 2
  return witnesses.find(({ weight }) => (left -= weight) <= 0)?.factor
}
