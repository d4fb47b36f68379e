/**
 * IPv6 share over time and its trend. The trend is of the plain share, not of its logit: it is shown in points of share
 * per day, and a share of exactly 0 or 1 is common in small networks.
 * @module
 */
import type { Slice } from './slice.ts'
import { type Slope, theilSen } from './theil-sen.ts'
import { volume } from './volume.ts'
import { rateOf, type Window, windowOf } from './window.ts'

/** One time step, in bits per second. */
export interface Ipv6Point {
  /** Start of the step, milliseconds since 1970. */
  readonly at: number
  readonly ipv4: number
  readonly ipv6: number
}

export interface Ipv6Share {
  /** Over all points, by volume, 0..1; null without traffic. */
  readonly share: number | null
  /** Change of the share per day with its 95 % interval; null with fewer than ten points with traffic. */
  readonly trend: { readonly perDay: number; readonly low: number; readonly high: number } | null
}

const dayMs = 86_400_000

/** Share and trend of points of equal length, from the live window or the store's rollups. */
export function ipv6ShareOf(points: readonly Ipv6Point[]): Ipv6Share {
  const [ipv4, ipv6] = points.reduce(([a, b], point) => [a + point.ipv4, b + point.ipv6], [0, 0] as [number, number])
  const shares = points
    .filter((point) => point.ipv4 + point.ipv6 > 0)
    .map((point) => ({ x: (point.at - points[0]!.at) / dayMs, y: point.ipv6 / (point.ipv4 + point.ipv6) }))
  const trend: Slope | null = theilSen(shares)
  return {
    share: ipv4 + ipv6 > 0 ? ipv6 / (ipv4 + ipv6) : null,
    trend: trend === null ? null : { perDay: trend.slope, low: trend.low, high: trend.high },
  }
}

export function ipv6PointsOf(window: Window, slices: readonly Slice[], sliceMs: number): readonly Ipv6Point[] {
  const byNumber = new Map(slices.map((slice) => [slice.number, slice]))
  return Array.from({ length: Math.round((window.to - window.from) / sliceMs) }, (_, index): Ipv6Point => {
    const at = window.from + index * sliceMs
    const totals = byNumber.get(at / sliceMs)?.totals
    const step = windowOf(at, at + sliceMs)
    return {
      at,
      ipv4: rateOf(totals?.[volume.ipv4Octets] ?? 0, step),
      ipv6: rateOf(totals?.[volume.ipv6Octets] ?? 0, step),
    }
  })
}
