/**
 * Ours, and three that operators use today. Ours gets no labels: its limits come from each series' own past. The others get one
 * threshold for all links, the best of a training with anomalies put in.
 * @module
 */
import { SeriesWatch } from '../../packages/analytics/src/index.ts'

/** Steps at which a series is said to become unusual. */
export type Alarms = readonly { readonly step: number; readonly way: 'up' | 'down' }[]

export interface Pace {
  readonly stepsPerDay: number
  /** Milliseconds since 1970. */
  readonly from: number
}

/** @param capacity a change by a hundredth of it is the least that matters */
export function ours(load: Float64Array, { stepsPerDay, from }: Pace, capacity: number): Alarms {
  const watch = new SeriesWatch(stepsPerDay)
  const alarms: { step: number; way: 'up' | 'down' }[] = []
  for (const [step, value] of load.entries()) {
    const at = from + (step * 86_400_000) / stepsPerDay
    const outcome = watch.step({ value, measured: '', compare: 'ratio', least: 0.01 * capacity }, at)
    if (outcome.state === 'begins') alarms.push({ step, way: outcome.way })
  }
  return alarms
}

/** How far out each step is, above 0 for more than usual; NaN where nothing is known. */
export type Scores = (load: Float64Array, pace: Pace, test: number) => Float64Array

/** By how much the load is over the 95th percentile of the training, or under the 5th, as a ratio. */
export const staticThreshold: Scores = (load, _pace, test) => {
  const sorted = load.slice(0, test).filter(Number.isFinite).sort()
  const at = (part: number): number => Math.max(1e-9, sorted[Math.round(part * (sorted.length - 1))]!)
  const [low, high] = [at(0.05), at(0.95)]
  return load.map((value) => {
    if (Number.isNaN(value)) return NaN
    return value > high ? value / high : value < low ? -low / Math.max(value, low / 100) : 0
  })
}

/** Exponential mean and variance, of an hour or so. */
export const ewma: Scores = (load, { stepsPerDay }) => {
  const renewal = 2 / (stepsPerDay / 12 + 1)
  let [mean, variance, seen] = [NaN, 0, 0]
  return load.map((value) => {
    if (Number.isNaN(value)) return NaN
    if (Number.isNaN(mean)) mean = value
    const error = value - mean
    const score = seen++ < stepsPerDay / 6 ? 0 : error / Math.sqrt(variance + 1e-12)
    mean += renewal * error
    variance = (1 - renewal) * (variance + renewal * error * error)
    return score
  })
}

/** Additive Holt-Winters with a day as its season, on logarithms, which suits loads better; no trend, as that made it worse. */
export const holtWinters: Scores = (load, { stepsPerDay }) => {
  const season = new Float64Array(stepsPerDay)
  const floor = 0.01 * (load.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0) / load.length) + 1e-9
  let [level, variance, seen] = [NaN, 0, 0]
  return load.map((value, step) => {
    if (Number.isNaN(value)) return NaN
    const log = Math.log(value + floor)
    const slot = step % stepsPerDay
    if (Number.isNaN(level)) level = log
    const error = log - level - season[slot]!
    const score = seen++ < 2 * stepsPerDay ? 0 : error / Math.sqrt(variance + 1e-12)
    level += 0.3 * error
    season[slot]! += (seen <= stepsPerDay ? 0.7 : 0.15) * error
    variance += (error * error - variance) / stepsPerDay
    return score
  })
}

/** One alarm for what is beyond `threshold`, and none again within half an hour, or two steps, of it. */
export function alarmsOf(scores: Float64Array, threshold: number, { stepsPerDay }: Pace): Alarms {
  const pause = Math.max(2, Math.round(stepsPerDay / 48))
  const alarms: { step: number; way: 'up' | 'down' }[] = []
  let last = -Infinity
  for (const [step, score] of scores.entries()) {
    if (!(Math.abs(score) > threshold)) continue
    if (step - last > pause) alarms.push({ step, way: score > 0 ? 'up' : 'down' })
    last = step
  }
  return alarms
}
