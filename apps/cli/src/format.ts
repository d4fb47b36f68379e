/**
 * Figures as people read them: SI units, three significant digits, an en dash for unknown. Pure.
 * @module
 */

/** Stands for an unknown figure, which is never the same as zero. */
export const unknown = '–'

const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E']

/** Three significant digits: 1.23, 12.3, 123, never in exponents. */
function threeDigits(value: number): string {
  if (value === 0) return '0'
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
}

function withUnit(value: number, unit: string): string {
  let power = 0
  while (value >= 999.5 && power < prefixes.length - 1) {
    value /= 1000
    power++
  }
  const digits =
    power === 0 && (Number.isInteger(value) || value >= 99.5) ? String(Math.round(value)) : threeDigits(value)
  return `${digits} ${prefixes[power]}${unit}`.trimEnd()
}

/** Bits per second: `41.2 Mb/s`. */
export const rateText = (bitsPerSecond: number | null): string =>
  bitsPerSecond === null ? unknown : withUnit(bitsPerSecond, 'b/s')

/** Octets, decimal: `1.23 GB`. */
export const octetsText = (octets: number | null): string => (octets === null ? unknown : withUnit(octets, 'B'))

/** Exact to 999,999 with commas, then `1.23 M`. */
export const countText = (count: number | null): string =>
  count === null ? unknown : count < 999_999.5 ? Math.round(count).toLocaleString('en-US') : withUnit(count, '')

/** `1 link`, `22 links` */
export const countOf = (count: number, one: string, more = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : more}`

/** A share 0..1 as `42.1 %`; a share above zero never reads as 0, one below one never as 100. */
export function shareText(share: number | null): string {
  if (share === null) return unknown
  const percent = share * 100
  if (percent === 0) return '0 %'
  if (percent < 0.1) return '<0.1 %'
  if (percent < 100 && percent > 99.9) return '>99.9 %'
  if (percent === 100) return '100 %'
  return `${percent.toFixed(percent < 99.95 ? 1 : 0)} %`
}

/** Seconds as `0.4 s`, `12 s`, `5m`, `3m 20s`, `1h 05m`, `4d 03h`. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const [large, small, unit] = whole < 3600 ? [60, 1, 'ms'] : whole < 86_400 ? [3600, 60, 'hm'] : [86_400, 3600, 'dh']
  const rest = Math.floor((whole % large) / small)
  const first = `${Math.floor(whole / large)}${unit[0]}`
  return rest === 0 ? first : `${first} ${String(rest).padStart(2, '0')}${unit[1]}`
}

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

/** A value in such a scale: one decimal below 100, `·` for zero so that real flows stand out. */
export function scaledText(value: number, divisor: number): string {
  if (value === 0) return '·'
  const scaled = value / divisor
  if (scaled < 0.05) return '<0.1'
  return scaled < 99.95 ? scaled.toFixed(1) : scaled.toFixed(0)
}

/** Microseconds as milliseconds: `0.18 ms`. */
export const delayText = (microseconds: number | null): string =>
  microseconds === null ? unknown : `${(microseconds / 1000).toFixed(2)} ms`

/** Milliseconds, rounded as people wait: `0.4 ms`, `152 ms`, `2.6 s`, `3m 20s`. */
export function millisecondsText(milliseconds: number | null): string {
  if (milliseconds === null) return unknown
  if (milliseconds >= 999.5) return durationText(milliseconds / 1000)
  return `${Number(milliseconds.toFixed(milliseconds < 9.95 ? 1 : 0))} ms`
}
