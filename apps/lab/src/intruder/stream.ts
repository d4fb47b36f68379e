/** What became of the stream that a member read while others tried to get in. @module */
import type { Reading } from '../a2a/reading.ts'
import type { IntruderReport } from './report.ts'

/** Up to its last part: behind that the member was cut off. */
export function streamOf(readings: readonly Reading[]): IntruderReport['stream'] {
  const parts = readings.flatMap((reading) => (reading.type === 'part' ? [reading] : []))
  const came = new Set(parts.map(({ part }) => part))
  const last = Math.max(-1, ...came)
  const gaps = parts.slice(1).map(({ at }, before) => at - parts[before]!.at)
  return {
    parts: last + 1,
    lost: last + 1 - came.size,
    repeated: parts.length - came.size,
    longestGap: Math.max(0, ...gaps),
  }
}
