/**
 * Figures as people read them: SI units with a thin space, never more than three or four digits, one unit a figure.
 * Rates are bits per second (kb/s, Mb/s: powers of 1000), volumes octets (kB, MB: powers of 1000).
 * @module
 */

/** Narrow no-break space: between a figure and its unit, and between groups of three digits. */
export const thin = '\u202f'
/** What stands where a figure is not known. */
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
  if (step === undefined) return { value: digitsOf(value), unit }
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

/** A share 0..1 as per cent; one decimal below ten per cent, two below one. */
export function shareFigure(share: number): Figure {
  const percent = share * 100
  const digits = percent === 0 || percent >= 9.95 ? 0 : percent < 0.995 ? 2 : 1
  return { value: percent.toFixed(digits), unit: '%' }
}
export const formatShare = (share: number | null | undefined): string =>
  share === null || share === undefined ? unknown : joined(shareFigure(share))

/** A count with thin spaces between groups of three from 10 000 on. */
export function formatCount(count: number): string {
  const text = String(Math.round(count))
  return text.length < 5 ? text : text.replaceAll(/\B(?=(\d{3})+$)/g, thin)
}

/** A rate of things per second: 0.4, 12, 1 200, 12.3 k. */
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
