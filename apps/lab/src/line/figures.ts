/** What became of echo requests in a stretch of time. @module */
import type { Probe } from './probe.ts'

export interface Span {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

/** Milliseconds. */
export interface RoundTrips {
  readonly sent: number
  readonly lost: number
  /** Null: nothing came back. */
  readonly p50: number | null
  readonly p99: number | null
  readonly worst: number | null
  /** The longest time between two requests that follow each other and were answered. */
  readonly gap: number | null
}

/** Of the requests that were sent in that time. */
export function roundTripsOf(probes: readonly Probe[], { from, to }: Span): RoundTrips {
  const own = probes.filter(([at]) => at >= from && at < to).sort(([one], [other]) => one - other)
  const answered = own.flatMap(([at, roundTrip]) => (roundTrip === null ? [] : [{ at, roundTrip }]))
  const sorted = answered.map(({ roundTrip }) => roundTrip).sort((one, other) => one - other)
  const gaps = answered.slice(1).map(({ at }, before) => at - answered[before]!.at)
  return {
    sent: own.length,
    lost: own.length - answered.length,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    worst: rounded(sorted.at(-1)),
    gap: rounded(gaps.length === 0 ? undefined : Math.max(...gaps)),
  }
}

/** Nearest rank: a value that was measured. */
const quantile = (sorted: readonly number[], share: number): number | null =>
  rounded(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)])

/** To microseconds. */
const rounded = (value: number | undefined): number | null => (value === undefined ? null : Number(value.toFixed(3)))
