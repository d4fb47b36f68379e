/** Figures over time become fewer and longer steps, and light lines go into the rest. @module */
import type { TrafficSeries } from '@vagus/api'
import { sumOfSeries } from '@vagus/api/series'
import { type Answer, type Fitted, whole } from './fit.ts'

/** A model reads a course from a few dozen figures. */
const maxSteps = 60

type Rates = readonly (number | null)[]

/** @param lines keys of the lists that have one entry a step */
export function fitSeries(answer: Answer, lines: readonly string[]): Fitted | undefined {
  const steps = Math.max(...lines.map((line) => (answer[line] as Rates).length))
  const { cut, per, stepSeconds } = coarser(steps, answer['stepSeconds'] as number)
  const means = lines.map((line) => [line, meansOf(answer[line] as Rates, per)] as const)
  const fitted = whole({ ...answer, stepSeconds, ...Object.fromEntries(means) })
  return fitted && { answer: fitted, cut }
}

/** Items and rest still add up to all of it. */
export function fitTrafficSeries(series: TrafficSeries): Fitted | undefined {
  const { cut, per, stepSeconds } = coarser(series.rest.length, series.stepSeconds)
  const items = series.items.map((item) => ({ ...item, bitsPerSecond: meansOf(item.bitsPerSecond, per) }))
  let rest = meansOf(series.rest, per)
  for (let shown = items.length; shown >= 0; shown--) {
    const hidden = items[shown]
    if (hidden !== undefined) rest = sumOfSeries([rest, hidden.bitsPerSecond])
    const answer = whole({ ...series, stepSeconds, items: items.slice(0, shown), rest })
    if (answer === undefined) continue
    const keys = `the ${shown} largest of ${items.length} keys; the others are in "rest"`
    return { answer, cut: shown === items.length ? cut : [...cut, keys] }
  }
  return undefined
}

/** How many steps become one, so that there are at most `maxSteps`. */
function coarser(steps: number, seconds: number) {
  const per = Math.max(1, Math.ceil(steps / maxSteps))
  const finer = 'ask for a shorter window to see finer ones and their peaks'
  return {
    per,
    stepSeconds: seconds * per,
    cut: per === 1 ? [] : [`each entry is the mean of ${per} steps of ${seconds} s; ${finer}`],
  }
}

/** Of each `per` entries the mean of those that are known; null where none is. */
function meansOf(rates: Rates, per: number): (number | null)[] {
  return Array.from({ length: Math.ceil(rates.length / per) }, (_, at) => {
    const known = rates.slice(at * per, (at + 1) * per).filter((rate) => rate !== null)
    return known.length === 0 ? null : known.reduce((sum, rate) => sum + rate, 0) / known.length
  })
}
