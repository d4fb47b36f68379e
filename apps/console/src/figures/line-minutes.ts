/** The minutes of a private line as a chart takes them: evenly spaced, null where nothing was measured. @module */
import type { LineMinute } from '@vagus/api/lines'

export interface LineSeries {
  /** Seconds since 1970. */
  readonly times: number[]
  /** Bits per second. */
  readonly forth: (number | null)[]
  readonly back: (number | null)[]
}

const minute = 60

/** Of the last `most` minutes up to the newest. */
export function lineSeriesOf(minutes: readonly LineMinute[], most: number): LineSeries {
  const known = new Map(minutes.map((one) => [Math.floor(Date.parse(one.at) / 1000 / minute), one]))
  if (known.size === 0) return { times: [], forth: [], back: [] }
  const last = Math.max(...known.keys())
  const first = Math.max(Math.min(...known.keys()), last - most + 1)
  const all = Array.from({ length: last - first + 1 }, (_, at) => first + at)
  return {
    times: all.map((at) => at * minute),
    forth: all.map((at) => known.get(at)?.delivered.forth ?? null),
    back: all.map((at) => known.get(at)?.delivered.back ?? null),
  }
}
