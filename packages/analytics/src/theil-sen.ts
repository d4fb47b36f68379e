/**
 * The Theil–Sen slope of a trend: the median of the slopes between all pairs of points. It tolerates up to 29 % of
 * arbitrary points. The interval is Sen's (1968), from the variance of Kendall's tau; it assumes independent errors, so
 * it is too narrow for points with a daily rhythm.
 * @module
 */

export interface Point {
  readonly x: number
  readonly y: number
}

/** In units of y per unit of x. */
export interface Slope {
  readonly slope: number
  /** The 95 % interval. */
  readonly low: number
  readonly high: number
}

/** Fewer points do not give a trend. */
const minTrendPoints = 10
/** Half a million slopes, about 8 MB during the call. Of more points, evenly spaced ones are used. */
const maxTrendPoints = 1000

/** null with fewer than `minTrendPoints` points at different x. */
export function theilSen(all: readonly Point[]): Slope | null {
  const points = thinned(all.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)))
  if (new Set(points.map(({ x }) => x)).size < minTrendPoints) return null
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2)
  let count = 0
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++) {
      const run = points[j]!.x - points[i]!.x
      if (run !== 0) slopes[count++] = (points[j]!.y - points[i]!.y) / run
    }
  }
  const sorted = slopes.subarray(0, count).sort()
  const reach = 1.96 * Math.sqrt(kendallVariance(points.map(({ x }) => x)))
  const at = (place: number): number => sorted[Math.min(Math.max(place, 0), count - 1)]!
  return {
    slope: (at((count - 1) >> 1) + at(count >> 1)) / 2,
    low: at(Math.floor((count - reach) / 2)),
    high: at(Math.ceil((count + reach) / 2)),
  }
}

function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= maxTrendPoints) return points
  return Array.from(
    { length: maxTrendPoints },
    (_, index) => points[Math.floor((index * points.length) / maxTrendPoints)]!,
  )
}

/** Variance of Kendall's S for n points, corrected for ties in x. */
function kendallVariance(xs: readonly number[]): number {
  const ties = new Map<number, number>()
  for (const x of xs) ties.set(x, (ties.get(x) ?? 0) + 1)
  const term = (n: number): number => n * (n - 1) * (2 * n + 5)
  const tied = [...ties.values()].reduce((sum, n) => sum + term(n), 0)
  return (term(xs.length) - tied) / 18
}
