/**
 * A border made up for measured traffic: where prefixes and links lie, which prefixes obey a MED, and how capacities
 * come and go. Everything follows from seeds.
 * @module
 */
import type { Observation } from '../observation.ts'
import { createRandom } from '../random.ts'

export type Geometry = Pick<Observation, 'delay' | 'preferred' | 'complies'>

/** Prefixes and links lie on a line of length 1, links evenly. A prefix prefers the nearest one. */
export function geometryOf(prefixes: number, links: number, compliance: number, seed: number): Geometry {
  const random = createRandom(seed)
  const delay = new Float64Array(prefixes * links)
  const preferred = new Int32Array(prefixes)
  const complies = new Uint8Array(prefixes)
  for (let prefix = 0; prefix < prefixes; prefix++) {
    const position = random()
    const distances = Array.from({ length: links }, (_, link) => Math.abs(position - (link + 0.5) / links))
    delay.set(distances, prefix * links)
    preferred[prefix] = distances.indexOf(Math.min(...distances))
    complies[prefix] = random() < compliance ? 1 : 0
  }
  return { delay, preferred, complies }
}

/** Mean of the time from one loss of capacity to the next, in days. */
const daysBetween = 2
/** A loss lasts between one and four times this part of a day. */
const shortestLoss = 1 / 12
const remaining = 0.5

/**
 * Capacity of each link in each step, at step × links + link. At times, as by a Poisson process, a link has half of its
 * capacity for two to eight hours.
 */
export function capacitiesOf(nominal: Float64Array, steps: number, stepsPerDay: number, seed: number): Float64Array {
  const links = nominal.length
  const random = createRandom(seed)
  const capacity = steady(nominal, steps)
  for (let link = 0; link < links; link++) {
    let step = 0
    for (;;) {
      step += Math.ceil(-Math.log(1 - random()) * stepsPerDay * daysBetween)
      if (step >= steps) break
      const end = step + Math.ceil(stepsPerDay * shortestLoss * (1 + 3 * random()))
      for (; step < Math.min(end, steps); step++) capacity[step * links + link]! *= remaining
      step = end
    }
  }
  return capacity
}

/** Capacities without losses. */
export function steady(nominal: Float64Array, steps: number): Float64Array {
  return Float64Array.from({ length: steps * nominal.length }, (_, at) => nominal[at % nominal.length]!)
}
