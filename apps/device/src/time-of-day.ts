/** Times as resources have them. @module */
import { steadyNow } from './actuation.ts'

/**
 * RFC 3339, of milliseconds of `steadyNow`. What the clocks differ by when nobody has set the time of day is not worth a
 * second of difference.
 */
export function timeOf(steady: number): string {
  const set = Date.now() - steadyNow()
  return timeText(Math.abs(set) < 1000 ? steady : steady + set)
}

/** RFC 3339, of milliseconds since 1970. */
export const timeText = (at: number): string => new Date(at).toISOString()
