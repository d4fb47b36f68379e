/** Worlds: a border with the traffic of a period, of which a policy sees only a part. @module */
import { quantile } from '../quantile.ts'
import { capacitiesOf, type Geometry, geometryOf, steady } from './border.ts'
import { type Periods, totalsOf, type Traffic } from './traffic.ts'

export interface World extends Geometry, Traffic {
  readonly links: number
  readonly stepsPerDay: number
  /** Of each link when none of it is lost. */
  readonly nominal: Float64Array
  /** At step × links + link. */
  readonly capacity: Float64Array
}

export interface WorldOptions {
  readonly stepsPerDay: number
  /** Of the geometry; the losses of capacity have 7 × seed + 1 for training, 7 × seed + 2 for the test. */
  readonly seed: number
  /** All capacity, as a multiple of what the training period reaches in 99 of 100 steps. */
  readonly room?: number
  /** How the capacity is shared out to the links; at least two. */
  readonly ratio?: readonly number[]
  /** Share of the prefixes that obey a MED. */
  readonly compliance?: number
  readonly losses?: 'some' | 'none'
}

/**
 * A training and a test world that share prefixes, links and geometry.
 * @throws {RangeError} when there are not 2 to 255 links
 */
export function createWorlds(
  { training, test }: Periods,
  { stepsPerDay, seed, room = 1.15, ratio = [4, 3, 2, 1], compliance = 0.9, losses = 'some' }: WorldOptions,
): { readonly training: World; readonly test: World } {
  const links = ratio.length
  if (links < 2 || links > 255) throw new RangeError(`"ratio" must be of 2 to 255 links, got ${links}`)
  const shares = ratio.reduce((sum, each) => sum + each)
  const busiest = quantile(totalsOf(training), 0.99)
  const nominal = Float64Array.from(ratio, (each) => (each / shares) * room * busiest)
  const geometry = geometryOf(training.prefixes, links, compliance, seed)
  const worldOf = (traffic: Traffic, lossSeed: number): World => ({
    ...traffic,
    ...geometry,
    links,
    stepsPerDay,
    nominal,
    capacity:
      losses === 'some' ? capacitiesOf(nominal, traffic.steps, stepsPerDay, lossSeed) : steady(nominal, traffic.steps),
  })
  return { training: worldOf(training, seed * 7 + 1), test: worldOf(test, seed * 7 + 2) }
}
