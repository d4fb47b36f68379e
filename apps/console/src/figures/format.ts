/**
 * Figures as people read them, as the command line writes them: SI units, three digits, one unit each, a thin space.
 * Rates are bits per second (kb/s, Mb/s: powers of 1000), volumes octets (kB, MB: powers of 1000).
 * @module
 */

/** Narrow no-break space: between a figure and its unit. */
export const thin = '\u202f'
/** Stands for an unknown figure. */
export const unknown = '–'

/** A figure and its unit apart, so that a card may set them in two sizes. */
export interface Figure {
  readonly value: string
  readonly unit: string
}

const steps = [
  { factor: 1e12, prefix: 'T' },
  { factor: 1e9, prefix: 'G' },
  { factor: 1e6, prefix: 'M' },
  { factor: 1e3, prefix: 'k' },
] as const

/** Three significant digits: 0.42, 4.20, 42.0, 420. */
const digitsOf = (value: number): string =>
  value === 0 ? '0' : value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2)

function scaled(value: number, unit: string): Figure {
  // 999.6 would print as 1000: it belongs to the next unit
  const step = steps.find(({ factor }) => value >= factor * 0.9995)
  if (step === undefined) return { value: Number.isInteger(value) ? String(value) : digitsOf(value), unit }
  return { value: digitsOf(value / step.factor), unit: `${step.prefix}${unit}` }
}

const joined = ({ value, unit }: Figure): string => `${value}${thin}${unit}`

/** Bits per second, 0 or more: 12.3 Mb/s. */
export const rateFigure = (bitsPerSecond: number): Figure => scaled(bitsPerSecond, 'b/s')
/** Bits per second in words; null is unknown, not zero. */
export const formatRate = (bitsPerSecond: number | null | undefined): string =>
  bitsPerSecond === null || bitsPerSecond === undefined ? unknown : joined(rateFigure(bitsPerSecond))

/** Octets: 1.25 GB. */
export const formatOctets = (octets: number): string => joined(scaled(octets, 'B'))

/** A capacity without trailing zeros: 100 Mb/s, 2.5 Gb/s. */
export function formatCapacity(bitsPerSecond: number): string {
  const { value, unit } = rateFigure(bitsPerSecond)
  return joined({ value: String(Number(value)), unit })
}

/** A share 0..1 as per cent: a share above zero never reads as 0, one below one never as 100. */
export function shareFigure(share: number): Figure {
  const percent = share * 100
  const value =
    percent === 0 || percent === 100
      ? String(percent)
      : percent < 0.1
        ? '<0.1'
        : percent > 99.9 && percent < 100
          ? '>99.9'
          : percent.toFixed(percent < 99.95 ? 1 : 0)
  return { value, unit: '%' }
}
/** A share as a mark on an axis, which stands at a round value: 50 %, 0.5 %. */
export const formatShareTick = (share: number): string => `${Number((share * 100).toPrecision(3))}${thin}%`
export const formatShare = (share: number | null | undefined): string =>
  share === null || share === undefined ? unknown : joined(shareFigure(share))

/** A count: exact to 999,999, then 1.23 M. */
export function formatCount(count: number): string {
  if (count >= 999_999.5) return joined(scaled(count, ''))
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

/** A duration in milliseconds: 0.4 ms, 41 ms, 2,310 ms. */
export const formatMilliseconds = (value: number | null): string =>
  value === null ? unknown : `${value > 0 && value < 9.95 ? value.toFixed(1) : formatCount(value)}${thin}ms`

/** One in how many packets is exported. */
export const formatSampling = (rate: number | null): string =>
  rate === null ? unknown : rate === 1 ? 'all' : `1 in ${formatCount(rate)}`

/** A rate of things per second: 0.4, 12, 1,200, 12.3 k. */
export function perSecondFigure(rate: number): Figure {
  if (rate >= 10_000) {
    const { value, unit } = scaled(rate, '')
    return { value, unit: `${unit}/s` }
  }
  return { value: rate > 0 && rate < 9.95 ? rate.toFixed(1) : formatCount(rate), unit: '/s' }
}

const spans = [
  { milliseconds: 86_400_000, unit: 'd' },
  { milliseconds: 3_600_000, unit: 'h' },
  { milliseconds: 60_000, unit: 'min' },
] as const

/** How long ago, or how long: 4 s, 12 min, 3 h, 2 d. Milliseconds; below zero (clocks apart) counts as zero. */
export function formatAge(milliseconds: number): string {
  const span = spans.find((each) => milliseconds >= each.milliseconds)
  if (span !== undefined) return `${Math.floor(milliseconds / span.milliseconds)}${thin}${span.unit}`
  return `${Math.max(0, Math.floor(milliseconds / 1000))}${thin}s`
}

/** The length of a window, to the second while it is short: 85 s, 5 min, 5 min 20 s, 1 d. */
export function formatSpan(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 120 && whole !== 60) return `${whole}${thin}s`
  if (whole >= 3600 || whole % 60 === 0) return formatAge(whole * 1000)
  return `${Math.floor(whole / 60)}${thin}min ${whole % 60}${thin}s`
}

/** A difference of shares in percentage points with its sign: +0.4, −12. */
export function formatPoints(points: number): string {
  const size = Math.abs(points)
  const digits = size >= 9.95 ? size.toFixed(0) : size.toFixed(1)
  return Number(digits) === 0 ? `±${digits}` : `${points > 0 ? '+' : '−'}${digits}`
}

/** A sentence of ours in which no line breaks between a figure and its unit. */
export const withUnitsKept = (sentence: string): string => sentence.replaceAll(/(\d) (?=(?:%|m?s)(?!\w))/g, `$1${thin}`)
