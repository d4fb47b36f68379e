/**
 * The trend of the IPv6 share in words. The API gives it per day. A shorter window has its trend per hour or minute:
 * per day a few points of noise would be hundreds.
 * @module
 */
import type { Ipv6Share } from '@vagus/api'
import { formatPoints, thin } from '../figures/format.ts'

export interface TrendText {
  readonly short: string
  readonly long: string
}

const dayFrom = 6 * 3600
const hourFrom = 15 * 60

function unitOf(seconds: number): readonly [name: string, factor: number] {
  if (seconds >= dayFrom) return ['day', 100]
  return seconds >= hourFrom ? ['h', 100 / 24] : ['min', 100 / 1440]
}

/** Points are percentage points of the share. */
export function trendOf({ trend, window }: Pick<Ipv6Share, 'trend' | 'window'>): TrendText {
  if (trend === null) return { short: 'no trend yet', long: 'No trend yet: it takes ten points' }
  const [unit, factor] = unitOf(window.seconds)
  const [middle, low, high] = [trend.perDay, trend.low, trend.high].map((value) => formatPoints(value * factor))
  const interval = `95${thin}% within ${low} to ${high}`
  if (trend.low <= 0 && trend.high >= 0)
    return { short: 'steady', long: `Steady: ${middle} points/${unit} may as well be none (${interval})` }
  return { short: `${middle} points/${unit}`, long: `${middle} points/${unit} (${interval})` }
}
