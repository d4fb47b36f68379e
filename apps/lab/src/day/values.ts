/** A figure of several runs: its median and range, and how it is written with its unit. @module */

/** `share`: 0..1. `time`: milliseconds. */
export type Unit = 'share' | 'time' | 'count'

export interface Values {
  /** Of each run that has it, in their order. */
  readonly all: readonly number[]
  readonly median: number
  readonly least: number
  readonly most: number
}

/** Null without any. Of an even number, the median is the mean of the two in the middle. */
export function valuesOf(given: readonly (number | null | undefined)[]): Values | null {
  const all = given.filter((value) => value !== null && value !== undefined)
  if (all.length === 0) return null
  const sorted = all.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { all, median, least: sorted[0]!, most: sorted.at(-1)! }
}

const second = 1000

/** `12.3 %`, `84 ms`, `2.21 s`, `983,025` */
export function valueText(value: number, unit: Unit): string {
  if (unit === 'share') return `${(value * 100).toFixed(value * 100 < 9.95 && value !== 0 ? 1 : 0)} %`
  if (unit === 'time')
    return value < second
      ? `${value < 9.95 && value !== 0 ? value.toFixed(2) : value.toFixed(0)} ms`
      : `${(value / second).toFixed(value < 10 * second ? 2 : 1)} s`
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 })
}

/** The range where it shows, with its unit once if that is the same: `71–102 ms`. */
export function rangeText(values: Values | null, unit: Unit): string | null {
  if (values === null) return null
  const [least, most] = [valueText(values.least, unit), valueText(values.most, unit)]
  if (least === most) return null
  const [[low, of], [, ofMost]] = [least.split(' '), most.split(' ')] as [string[], string[]]
  return of === ofMost ? `${low}–${most}` : `${least} – ${most}`
}

/** The median, and the range where there is one: `84 ms (71–102 ms)` */
export function valuesText(values: Values | null, unit: Unit): string {
  if (values === null) return '–'
  const range = rangeText(values, unit)
  return `${valueText(values.median, unit)}${range === null ? '' : ` (${range})`}`
}
