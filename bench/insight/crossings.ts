/**
 * How well the crossing of a level within half an hour is foreseen: ours, and simple scores of the same loads. The level of a
 * link is the 95th percentile of its training; it is asked for only while the load is below it.
 * @module
 */
import { CrossingForecast } from '../../packages/analytics/src/index.ts'
import type { Network } from './networks.ts'

export interface Foreseen {
  readonly samples: number
  readonly came: number
  /** Average precision by way of scoring. */
  readonly precision: Readonly<Record<Way, number>>
  /** Of ours, by tenths of the chance: forecasts, their mean, and the part that came. */
  readonly reliability: readonly { readonly said: number; readonly chance: number; readonly came: number }[]
  readonly millisecondsPerStep: number
}

/** `ours` learns on in the test, from what is past by then; `frozen` has learned in training alone. */
const ways = ['ours', 'frozen', 'level', 'climbs', 'trend', 'season'] as const
type Way = (typeof ways)[number]

export function foresee({ routing, steps, test, stepsPerDay, horizon }: Network): Foreseen {
  const loads = routing.map(({ cells, parts }) =>
    Float64Array.from(steps, (rates) => cells.reduce((sum, cell, at) => sum + rates[cell]! * parts[at]!, 0)),
  )
  const levels = loads.map((load) => percentile95(load.subarray(0, test)))
  const forecast = new CrossingForecast({ stepsPerDay, horizon })
  const scores: Record<Way, number[]> = { ours: [], frozen: [], level: [], climbs: [], trend: [], season: [] }
  const outcomes: boolean[] = []
  const climbs = loads.map((load) => meanClimb(load.subarray(0, test), horizon))
  let frozen: ReturnType<CrossingForecast['snapshot']> | undefined
  let time = 0
  for (let step = 0; step < steps.length - horizon; step++) {
    if (step === test) frozen = forecast.snapshot()
    const begun = performance.now()
    forecast.step(readingsOf(loads, levels, step))
    time += performance.now() - begun
    if (step < test) continue
    // The model of the training with the past of today.
    const past = new CrossingForecast({ stepsPerDay, horizon }, { ...forecast.snapshot(), model: frozen!.model })
    for (const [link, load] of loads.entries()) {
      const level = levels[link]!
      const now = load[step]!
      if (!(now < level)) continue
      outcomes.push(highest(load, step + 1, step + horizon) >= level)
      scores.ours.push(chanceOf(forecast, link, level))
      scores.frozen.push(chanceOf(past, link, level))
      scores.level.push(now / level)
      scores.climbs.push((now - level) / climbs[link]!)
      scores.trend.push((2 * now - load[Math.max(0, step - horizon)]!) / level)
      const before = step - stepsPerDay
      scores.season.push((now + highest(load, before + 1, before + horizon) - load[before]!) / level)
    }
  }
  return {
    samples: outcomes.length,
    came: outcomes.filter(Boolean).length,
    precision: Object.fromEntries(ways.map((way) => [way, averagePrecision(scores[way], outcomes)])) as Record<
      Way,
      number
    >,
    reliability: reliabilityOf(scores.ours, outcomes),
    millisecondsPerStep: time / (steps.length - horizon),
  }
}

const readingsOf = (loads: readonly Float64Array[], levels: readonly number[], step: number) =>
  new Map(loads.map((load, link) => [String(link), { load: load[step]!, level: levels[link]! }]))

/** What is not known yet counts as never. */
function chanceOf(forecast: CrossingForecast, link: number, level: number): number {
  const chance = forecast.chanceOf(String(link), level)
  return chance.state === 'known' ? chance.chance : 0
}

function highest(load: Float64Array, from: number, to: number): number {
  let found = -Infinity
  for (let step = from; step <= to; step++) found = Math.max(found, load[step]!)
  return found
}

function percentile95(load: Float64Array): number {
  const sorted = load.toSorted()
  return sorted[Math.round(0.95 * (sorted.length - 1))]!
}

function meanClimb(load: Float64Array, horizon: number): number {
  let sum = 0
  for (let step = 0; step < load.length - horizon; step++) {
    sum += Math.abs(highest(load, step + 1, step + horizon) - load[step]!)
  }
  return sum / (load.length - horizon) || 1
}

/** Mean of the precision at each sample that came, the highest score first. */
function averagePrecision(scores: readonly number[], outcomes: readonly boolean[]): number {
  const order = [...scores.keys()].sort((one, other) => scores[other]! - scores[one]!)
  let [found, sum] = [0, 0]
  for (const [rank, at] of order.entries()) {
    if (outcomes[at] !== true) continue
    found++
    sum += found / (rank + 1)
  }
  return found > 0 ? sum / found : 0
}

function reliabilityOf(chances: readonly number[], outcomes: readonly boolean[]): Foreseen['reliability'] {
  const tenths = Array.from({ length: 10 }, () => ({ said: 0, chances: 0, came: 0 }))
  for (const [at, chance] of chances.entries()) {
    const tenth = tenths[Math.min(9, Math.floor(chance * 10))]!
    tenth.said++
    tenth.chances += chance
    if (outcomes[at] === true) tenth.came++
  }
  return tenths
    .filter(({ said }) => said > 0)
    .map(({ said, chances: sum, came }) => ({ said, chance: sum / said, came: came / said }))
}
