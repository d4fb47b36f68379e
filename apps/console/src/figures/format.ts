/**
 * Figures as people read them, as the command line writes them, with a thin space before the unit where it has a space.
 * @module
 */
import {
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
} from '@vagus/api/figures'

export { perSecondFigure, rateFigure, shareFigure, unknown } from '@vagus/api/figures'

/** Narrow no-break space: between a figure and its unit. */
export const thin = '\u202f'

const thinly = (text: string): string => text.replaceAll(' ', thin)

/** Bits per second: 41.2 Mb/s. */
export const formatRate = (bitsPerSecond: number | null | undefined): string => thinly(rateText(bitsPerSecond ?? null))
/** Octets: 1.25 GB. */
export const formatOctets = (octets: number): string => thinly(octetsText(octets))
/** A count: exact to 999,999, then 1.23 M. */
export const formatCount = (count: number): string => thinly(countText(count))
/** A share 0..1: 42.1 %. */
export const formatShare = (share: number | null | undefined): string => thinly(shareText(share ?? null))
/** A share 0..1 inside a sentence, to whole percents: 42 %. */
export const formatPercent = (share: number): string => `${Math.round(share * 100)}${thin}%`
/** A duration given in milliseconds: 0.4 ms, 41 ms, 2.6 s, 1m 01s. */
export const formatMilliseconds = (milliseconds: number | null): string => thinly(millisecondsText(milliseconds))
/** Microseconds as milliseconds: 0.18 ms. */
export const formatDelay = (microseconds: number | null): string => thinly(delayText(microseconds))
/** The length of a window in seconds: 12 s, 5m, 1h 05m. */
export const formatSpan = (seconds: number): string => thinly(durationText(seconds))
/** One of how many packets is exported: 1:1000. */
export const formatSampling = samplingText

/** A capacity without trailing zeros: 100 Mb/s, 2.5 Gb/s. */
export const formatCapacity = (bitsPerSecond: number | null): string => thinly(capacityText(bitsPerSecond))

/** A share as a mark on an axis, which stands at a round value: 50 %, 0.5 %. */
export const formatShareTick = (share: number): string => `${Number((share * 100).toPrecision(3))}${thin}%`

/** A rate of things per second, without the words for them: 0.4, 12, 1,200, 12.3 k. */
export const formatPerSecond = (rate: number): string => thinly(perSecondText(rate))

/**
 * How long ago, in milliseconds, in the largest whole unit, as it grows before one's eyes: 4 s, 12m, 3h, 2d. Below zero
 * (clocks apart) counts as zero.
 */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const unit = [86_400, 3600, 60].find((each) => seconds >= each) ?? 1
  return formatSpan(seconds - (seconds % unit))
}

/** A difference of shares in percentage points with its sign: +0.4, −12. */
export function formatPoints(points: number): string {
  const size = Math.abs(points)
  const digits = size >= 9.95 ? size.toFixed(0) : size.toFixed(1)
  return Number(digits) === 0 ? `±${digits}` : `${points > 0 ? '+' : '−'}${digits}`
}

/** A sentence of ours in which no line breaks between a figure and its unit, nor inside a duration such as 1m 05s. */
export const withUnitsKept = (sentence: string): string =>
  sentence.replaceAll(/(\d[mhd]?) (?=(?:%|m?s|\d\d[smh])(?!\w))/g, `$1${thin}`)
