/**
 * A figure of several runs: median, range, and how far the median may be from that of endless runs.
 *
 * The interval is that of order statistics (Thompson 1936; the sign test, inverted): so many of the smallest and of the
 * largest values are left out that the median of endless runs is among the rest with 95 % or more. It supposes nothing
 * about the distribution. Of five runs even the whole range has it with 93.75 % only, so there is no interval.
 * @module
 */
import { valuesOf } from '../day/values.ts'

export interface Summary {
  /** Runs that have the figure. */
  readonly count: number
  readonly median: number
  readonly least: number
  readonly most: number
  /** Both ends of the interval of the median, 95 % or more; null of fewer than `leastForInterval` runs. */
  readonly interval: readonly [low: number, high: number] | null
  /** Of each run that has it, in their order. */
  readonly all: readonly number[]
}

export const leastForInterval = 6
/** How likely the median is below the interval, at most; and above it. */
const outside = 0.025

/** Null without any. */
export function summaryOf(given: readonly (number | null)[]): Summary | null {
  const values = valuesOf(given)
  if (values === null) return null
  const { all, median, least, most } = values
  return { count: all.length, median, least, most, interval: intervalOf(all), all }
}

function intervalOf(all: readonly number[]): Summary['interval'] {
  const leftOut = leftOutOf(all.length)
  if (leftOut === null) return null
  const sorted = all.toSorted((one, other) => one - other)
  return [sorted[leftOut]!, sorted.at(-1 - leftOut)!]
}

/** How many values of each end are outside the interval, of 1000 at most; null: not even the whole range is one. */
function leftOutOf(count: number): number | null {
  let fewer = -1
  let likely = 2 ** -count // that exactly `fewer + 1` of the values are below the median: binomial, 1/2
  for (let below = likely; below <= outside; below += likely) {
    fewer++
    likely *= (count - fewer) / (fewer + 1)
  }
  return fewer < 0 ? null : fewer
}
