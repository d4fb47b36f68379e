/**
 * Figures as people read them, in a terminal and on the page: SI units, three significant digits, an en dash for what is
 * not known. A space stands between a figure and its unit. Free of zod, so that the page can import it.
 * @module
 */

/** Stands for what is not known, which is never the same as zero. */
export const unknown = '–'

/** A figure and its unit apart, so that they may be set in two sizes. */
export interface Figure {
  readonly value: string
  readonly unit: string
}

export const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const

/** Three significant digits: 1.23, 12.3, 123, never in exponents. */
function threeDigits(value: number): string {
  if (value === 0) return '0'
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
}

/** `value`, 0 or more, under the prefix by which it has at most three digits before the point. */
function scaledFigure(value: number, unit: string): Figure {
  let power = 0
  // 999.6 would print as 1000: it belongs to the next prefix
  while (value >= 999.5 && power < prefixes.length - 1) {
    value /= 1000
    power++
  }
  const digits = power === 0 && Number.isInteger(value) ? String(value) : threeDigits(value)
  return { value: digits, unit: `${prefixes[power]}${unit}` }
}

const joined = ({ value, unit }: Figure): string => `${value} ${unit}`

/** Bits per second, powers of 1000: `41.2 Mb/s`. */
export const rateFigure = (bitsPerSecond: number): Figure => scaledFigure(bitsPerSecond, 'b/s')
export const rateText = (bitsPerSecond: number | null): string =>
  bitsPerSecond === null ? unknown : joined(rateFigure(bitsPerSecond))

/** Of a link, in bits per second, without trailing zeros: `100 Mb/s`, `2.5 Gb/s`. */
export const capacityText = (bitsPerSecond: number | null): string => {
  if (bitsPerSecond === null) return unknown
  const { value, unit } = rateFigure(bitsPerSecond)
  return joined({ value: String(Number(value)), unit })
}

/** Octets, powers of 1000: `1.23 GB`. */
export const octetsText = (octets: number | null): string =>
  octets === null ? unknown : joined(scaledFigure(octets, 'B'))

/** Exact to 999,999 with commas, then `1.23 M`. */
export function countText(count: number | null): string {
  if (count === null) return unknown
  if (count >= 999_999.5) return joined(scaledFigure(count, ''))
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

/** How many things there are per second, the prefix as unit: 0.4, 12, 1,200, 12.3 k. */
export function perSecondFigure(rate: number): Figure {
  if (rate >= 9999.5) return scaledFigure(rate, '')
  return { value: rate > 0 && rate < 9.95 ? rate.toFixed(1) : countText(rate), unit: '' }
}

/** Things per second, without the words for them: `0.4`, `1,200`, `12.3 k`. */
export function perSecondText(rate: number): string {
  const figure = perSecondFigure(rate)
  return figure.unit === '' ? figure.value : joined(figure)
}

function percentText(percent: number): string {
  if (percent === 0 || percent === 100) return String(percent)
  if (percent < 0.1) return '<0.1'
  if (percent < 100 && percent > 99.9) return '>99.9'
  return percent.toFixed(percent < 99.95 ? 1 : 0)
}

/** A share 0..1 as `42.1 %`; what is above zero never reads as 0, what is below one never as 100. */
export const shareFigure = (share: number): Figure => ({ value: percentText(share * 100), unit: '%' })
export const shareText = (share: number | null): string => (share === null ? unknown : joined(shareFigure(share)))

/** Seconds, 0 or more, as `0.4 s`, `12 s`, `5m`, `3m 20s`, `1h 05m`, `4d 03h`. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const [large, small, unit] = whole < 3600 ? [60, 1, 'ms'] : whole < 86_400 ? [3600, 60, 'hm'] : [86_400, 3600, 'dh']
  const rest = Math.floor((whole % large) / small)
  const first = `${Math.floor(whole / large)}${unit[0]}`
  return rest === 0 ? first : `${first} ${String(rest).padStart(2, '0')}${unit[1]}`
}

/** Milliseconds, rounded as people wait: `0.4 ms`, `152 ms`, `2.6 s`, `3m 20s`. */
export function millisecondsText(milliseconds: number | null): string {
  if (milliseconds === null) return unknown
  if (milliseconds >= 999.5) return durationText(milliseconds / 1000)
  return `${Number(milliseconds.toFixed(milliseconds < 9.95 ? 1 : 0))} ms`
}

/** Microseconds as milliseconds: `0.18 ms`. */
export const delayText = (microseconds: number | null): string =>
  microseconds === null ? unknown : `${(microseconds / 1000).toFixed(2)} ms`

/** One of how many packets is exported: `1:1000`, or `all`. */
export const samplingText = (rate: number | null): string =>
  rate === null ? unknown : rate === 1 ? 'all' : `1:${rate}`
