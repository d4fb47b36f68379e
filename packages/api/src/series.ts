/**
 * Traffic over time: what it can be divided by, and the figures of one line. Free of zod, so that the page and the
 * store's thread can import it.
 * @module
 */

/** What rollups keep apart: traffic over time can be divided by one of these, and filtered by any. */
export const seriesDimensions = ['application', 'srcSite', 'dstSite', 'ingress', 'egress', 'version'] as const
export type SeriesDimension = (typeof seriesDimensions)[number]

/** Maximum lines of one answer, largest first: nobody can distinguish more. */
export const maxSeriesLines = 100

export interface SeriesSummary {
  readonly min: number
  readonly max: number
  readonly last: number
  readonly average: number
  /** The 95th percentile by nearest rank: the smallest value that 95 % of the known entries do not exceed. */
  readonly percentile95: number
}

/** Statistics of a series; unknown entries are null and are ignored. `undefined` when no entry is known. */
export function summaryOf(series: readonly (number | null)[]): SeriesSummary | undefined {
  const known = series.filter((value) => value !== null)
  if (known.length === 0) return undefined
  const sorted = [...known].sort((a, b) => a - b)
  return {
    min: sorted[0]!,
    max: sorted.at(-1)!,
    last: known.at(-1)!,
    average: known.reduce((sum, value) => sum + value, 0) / known.length,
    percentile95: sorted[Math.ceil(sorted.length * 0.95) - 1]!,
  }
}

/** The sum of lines of equal length, step by step; null where no line is known. */
export const sumOfSeries = (lines: readonly (readonly (number | null)[])[]): (number | null)[] =>
  (lines[0] ?? []).map((_, step) =>
    lines.reduce((sum: number | null, line) => {
      const value = line[step] ?? null
      return value === null ? sum : (sum ?? 0) + value
    }, null),
  )
