/**
 * The last day of one direction of a link, and what of it tells whether the load will reach a level soon.
 * @module
 */

/** Steps of a day, and how many of them are looked ahead. */
export interface Pace {
  readonly stepsPerDay: number
  readonly horizon: number
}

/** Exponential means, by how much of them one step renews. */
interface Mean {
  readonly renewal: number
  sum: number
  weight: number
}

export interface PastSnapshot {
  /** The day, oldest first; null where nothing is known. */
  readonly loads: readonly (number | null)[]
  readonly means: readonly (readonly [sum: number, weight: number])[]
}

/** What a link climbs within the horizon, over days and over hours; from step to step; and its load, over two and eight horizons. */
const meanNames = ['climb', 'climbLately', 'step', 'short', 'long'] as const
type MeanName = (typeof meanNames)[number]

/** Shares of the day's steps: levels that the load crosses now and then, from which it learns before the link is ever full. */
const quantiles = [0.8, 0.9, 0.95, 0.98] as const
/** Features beyond so many climbs tell no more. */
const far = 6
/** So many horizons ago and longer are all the same. */
const longAgo = 16

export class LinkPast {
  readonly #pace: Pace
  /** Ring: NaN where nothing is known. */
  readonly #loads: Float64Array
  #steps = 0
  readonly #means: Readonly<Record<MeanName, Mean>>

  constructor(pace: Pace, snapshot?: PastSnapshot) {
    const { stepsPerDay, horizon } = (this.#pace = pace)
    this.#loads = new Float64Array(stepsPerDay).fill(NaN)
    const mean = (name: MeanName, renewal: number): Mean => {
      const kept: unknown = snapshot?.means?.[meanNames.indexOf(name)]
      const [sum, weight] = Array.isArray(kept) ? (kept as readonly unknown[]) : []
      const isWhole = Number.isFinite(sum) && Number.isFinite(weight)
      return isWhole ? { renewal, sum: sum as number, weight: weight as number } : { renewal, sum: 0, weight: 0 }
    }
    this.#means = {
      climb: mean('climb', 0.002),
      climbLately: mean('climbLately', 0.03),
      step: mean('step', 0.05),
      short: mean('short', 1 / (2 * horizon)),
      long: mean('long', 1 / (8 * horizon)),
    }
    const loads: readonly unknown[] = Array.isArray(snapshot?.loads) ? snapshot.loads : []
    for (const load of loads.slice(-stepsPerDay)) this.#push(typeof load === 'number' ? load : NaN)
  }

  /** The load of the next step; NaN when it is not known. */
  add(load: number): void {
    this.#push(load)
    const { horizon } = this.#pace
    const { climb, climbLately, step, short, long } = this.#means
    const before = this.ago(horizon)
    const climbed = Math.abs(this.#highest(0, horizon) - before)
    take(climb, climbed)
    take(climbLately, climbed)
    take(step, Math.abs(load - this.ago(1)))
    take(short, load)
    take(long, load)
  }

  /** The load so many steps ago; NaN when it is not known. */
  ago(steps: number): number {
    if (steps >= Math.min(this.#steps, this.#loads.length)) return NaN
    return this.#loads[(this.#steps - 1 - steps) % this.#loads.length]!
  }

  /** Steps of the last day whose load is known. */
  get known(): number {
    return this.#loads.reduce((sum, load) => sum + (Number.isNaN(load) ? 0 : 1), 0)
  }

  /** Levels to learn by, above 0; none while nothing is known. */
  levels(): readonly number[] {
    const sorted = this.#loads.filter((load) => !Number.isNaN(load)).sort()
    const levels = quantiles.map((part) => sorted[Math.round(part * (sorted.length - 1))] ?? 0)
    return [...new Set(levels)].filter((level) => level > 0)
  }

  /**
   * What tells whether the load reaches `level`, each of the order of 1. Undefined where the load is not known, or has
   * reached it, or nothing is known of how it climbs.
   */
  featuresFor(level: number): Float64Array | undefined {
    const { stepsPerDay, horizon } = this.#pace
    const now = this.ago(0)
    const climb = meanOf(this.#means.climb)
    if (!(now < level) || !(climb > 0)) return undefined
    const climbs = (difference: number, otherwise = 0): number =>
      Number.isNaN(difference) ? otherwise : Math.max(-far, Math.min(far, difference / climb))
    const lately = meanOf(this.#means.climbLately)
    const { recent, ofDay, since } = this.#timesAbove(level)
    return withBends([
      Math.log(0.05 + (level - now) / climb),
      Math.log(0.05 + (level - now) / Math.max(lately, climb * 1e-3)),
      4 * Math.log(level / Math.max(now, level * 1e-3)),
      climbs(now - this.ago(1)),
      climbs(now - this.ago(horizon)),
      climbs(meanOf(this.#means.short) - now),
      climbs(meanOf(this.#means.long) - now),
      0.5 * climbs(this.#highest(1, 2 * horizon + 1) - level, -far),
      0.5 * climbs(this.#highest(1, 12 * horizon + 1) - level, -far),
      0.5 * Math.log(1 + recent),
      0.4 * Math.log(1 + ofDay),
      Math.exp(-since / horizon),
      // The same time yesterday, when the ring still has all of the horizon.
      0.5 * climbs(this.#highest(stepsPerDay - horizon, stepsPerDay) - level, -2),
      Math.log(Math.max(lately, climb * 1e-3) / climb),
      Math.log(Math.max(meanOf(this.#means.step), climb * 1e-3) / climb),
    ])
  }

  snapshot(): PastSnapshot {
    const length = Math.min(this.#steps, this.#loads.length)
    const loads = Array.from({ length }, (_, at) => {
      const load = this.ago(length - 1 - at)
      return Number.isNaN(load) ? null : Number(load.toPrecision(5))
    })
    return { loads, means: meanNames.map((name) => [this.#means[name].sum, this.#means[name].weight]) }
  }

  #push(load: number): void {
    this.#loads[this.#steps % this.#loads.length] = Number.isFinite(load) && load >= 0 ? load : NaN
    this.#steps++
  }

  /** The highest load of `from` to `to`-1 steps ago; NaN where none is known. */
  #highest(from: number, to: number): number {
    let highest = NaN
    for (let steps = from; steps < to; steps++) {
      const load = this.ago(steps)
      if (!(load <= highest) && !Number.isNaN(load)) highest = load
    }
    return highest
  }

  /** Steps at or above the level: in the last eight horizons, in the day; and how long ago the last was. */
  #timesAbove(level: number): { readonly recent: number; readonly ofDay: number; readonly since: number } {
    let [recent, ofDay, since] = [0, 0, longAgo * this.#pace.horizon]
    const { length } = this.#loads
    // As `ago`, by hand: this is most of the time of a forecast.
    for (let steps = 1, at = (this.#steps - 2 + length) % length; steps < Math.min(length, this.#steps); steps++) {
      const load = this.#loads[at]!
      at = at === 0 ? length - 1 : at - 1
      if (!(load >= level)) continue
      if (ofDay++ === 0) since = Math.min(since, steps)
      if (steps <= 8 * this.#pace.horizon) recent++
    }
    return { recent, ofDay, since }
  }
}

const kinds = 15
/** Length of what `featuresFor` gives. */
export const featureCount = 1 + 2 * kinds

/** A constant, each feature, and each feature above 0 once more: a weight for either side of 0. */
function withBends(features: readonly number[]): Float64Array {
  const all = new Float64Array(featureCount)
  all[0] = 1
  for (const [at, value] of features.entries()) {
    all[1 + at] = value
    all[1 + kinds + at] = Math.max(0, value)
  }
  return all
}

function take(mean: Mean, value: number): void {
  if (!Number.isFinite(value)) return
  mean.sum = mean.sum * (1 - mean.renewal) + value
  mean.weight = mean.weight * (1 - mean.renewal) + 1
}

const meanOf = ({ sum, weight }: Mean): number => (weight > 0 ? sum / weight : NaN)
