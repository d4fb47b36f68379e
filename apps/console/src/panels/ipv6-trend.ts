/**
 * The trend of the IPv6 share in words. The API gives it per day; short windows read better by the hour.
 * @module
 */
import type { Ipv6Share } from '@vagus/api'
import { formatPoints, thin } from '../figures/format.ts'

export interface TrendText {
  readonly short: string
  readonly long: string
}

const dayFrom = 6 * 3600

/** Points are percentage points of the share. */
export function trendOf({ trend, window }: Pick<Ipv6Share, 'trend' | 'window'>): TrendText {
  if (trend === null) return { short: 'no trend yet', long: 'No trend yet: it takes ten points' }
  const [unit, factor] = window.seconds >= dayFrom ? (['day', 100] as const) : (['h', 100 / 24] as const)
  const [middle, low, high] = [trend.perDay, trend.low, trend.high].map((value) => formatPoints(value * factor))
  const interval = `95${thin}% within ${low} to ${high}`
  if (trend.low <= 0 && trend.high >= 0)
    return { short: 'steady', long: `Steady: ${middle} points/${unit} may as well be none (${interval})` }
  return { short: `${middle} points/${unit}`, long: `${middle} points/${unit} (${interval})` }
}
