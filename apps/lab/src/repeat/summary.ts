/**
 * A figure of several runs: median, range, and how far the median may be from that of endless runs.
 *
 * The interval is the percentile bootstrap (Efron): so many samples are drawn from the runs, with replacement, and the
 * middle 95 % of their medians is the interval. It supposes nothing about the distribution. Of fewer runs than five it
 * would say more than they know, and there is none.
 * @module
 */
import { valuesOf } from '../day/values.ts'
import { createRandom } from '../random.ts'

export interface Summary {
  /** Runs that have the figure. */
  readonly count: number
  readonly median: number
  readonly least: number
  readonly most: number
  /** Both ends of the 95 % interval of the median; null of fewer than `leastForInterval` runs. */
  readonly interval: readonly [low: number, high: number] | null
  /** Of each run that has it, in their order. */
  readonly all: readonly number[]
}

export const leastForInterval = 5
const samples = 10_000
const outside = 0.025

/** Null without any. The same values give the same interval. */
export function summaryOf(given: readonly (number | null)[]): Summary | null {
  const values = valuesOf(given)
  if (values === null) return null
  const { all, median, least, most } = values
  return { count: all.length, median, least, most, interval: intervalOf(all), all }
}

function intervalOf(all: readonly number[]): Summary['interval'] {
  if (all.length < leastForInterval) return null
  const random = createRandom('bootstrap', ...all)
  const drawn = new Float64Array(all.length)
  const [low, high] = [(all.length - 1) >> 1, all.length >> 1]
  const medians = Float64Array.from({ length: samples }, () => {
    for (let at = 0; at < drawn.length; at++) drawn[at] = all[Math.floor(random() * all.length)]!
    drawn.sort()
    return (drawn[low]! + drawn[high]!) / 2
  }).sort()
  const at = (share: number): number => medians[Math.min(samples - 1, Math.floor(share * samples))]!
  return [at(outside), at(1 - outside)]
}
