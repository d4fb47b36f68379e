/** How far an exporter's clock is from ours, of the stream where it differs most. @module */
import type { ExporterState } from '@vagus/flow'

export interface ExporterClock {
  /** Whole seconds that it is behind ours; negative is ahead. */
  readonly behindSeconds: number
  /** By more than a minute. */
  readonly isWrong: boolean
}

/** Milliseconds after which a silent stream no longer counts for the clock while others do. */
const memory = 120_000

/** Null where none of the streams tells the time. */
export function clockOf(streams: readonly ExporterState[]): ExporterClock | null {
  const newest = Math.max(...streams.map(({ lastAt }) => lastAt))
  let worst: number | undefined
  let isWrong = false
  for (const { clockBehind, isClockWrong = false, lastAt } of streams) {
    if (clockBehind === undefined || newest - lastAt > memory) continue
    if (worst === undefined || Math.abs(clockBehind) > Math.abs(worst)) [worst, isWrong] = [clockBehind, isClockWrong]
  }
  return worst === undefined ? null : { behindSeconds: Math.round(worst / 1000) + 0, isWrong }
}
