/**
 * Figures and times as a terminal shows them; those that the page shows, too, come from `@vagus/api/figures`. Pure.
 * @module
 */
import { countText, durationText, prefixes } from '@vagus/api/figures'

export {
  capacityText,
  countText,
  delayText,
  durationText,
  millisecondsText,
  octetsText,
  perSecondText,
  rateText,
  samplingText,
  shareText,
  unknown,
} from '@vagus/api/figures'

/** `1 link`, `22 links` */
export const countOf = (count: number, one: string, more = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : more}`

/** How long before `now` (both RFC 3339) it was: `3 s ago`; `never` for null. */
export function agoText(at: string | null, now: string): string {
  if (at === null) return 'never'
  return `${durationText(Math.max(0, (Date.parse(at) - Date.parse(now)) / -1000))} ago`
}

/** UTC time of day, with the date when it is another day than `now`: `12:41:07Z`, `2026-11-03 12:41:07Z`. */
export function timeText(at: string, now: string): string {
  const [day, time] = [at.slice(0, 10), at.slice(11, 19)]
  return now.slice(0, 10) === day ? `${time}Z` : `${day} ${time}Z`
}

/** A bare number for a table with its unit above: power-of-1000 divisor and its prefix, by the largest value. */
export function scaleOf(largest: number): { readonly divisor: number; readonly prefix: string } {
  let power = 0
  while (largest >= 1000 * 1000 ** power && power < prefixes.length - 1) power++
  return { divisor: 1000 ** power, prefix: prefixes[power]! }
}

/** Less than this would read `0.0`. */
const leastScaled = 0.05

/**
 * A value in such a scale: one decimal below 100, `·` for zero so that real flows stand out. Where it would read `<0.1`
 * it has a prefix of its own, from k on: `12.3M`.
 */
export function scaledText(value: number, divisor: number): string {
  if (value === 0) return '·'
  const scaled = value / divisor
  if (scaled < leastScaled && divisor > 1000) {
    const own = scaleOf(Math.max(value, 1000)) // a figure without prefix would be read as one of the scale
    return `${scaledText(value, own.divisor)}${own.prefix}`
  }
  if (scaled < leastScaled) return '<0.1'
  return scaled < 99.95 ? scaled.toFixed(1) : scaled.toFixed(0)
}
