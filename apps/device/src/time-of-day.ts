/** Steady times as people read them. @module */
import { steadyNow } from './actuation.ts'

/**
 * RFC 3339, of milliseconds of `steadyNow`. What the clocks differ by when nobody has set the time of day is not worth a
 * second of difference.
 */
export function timeOf(steady: number): string {
  const set = Date.now() - steadyNow()
  return new Date(Math.abs(set) < 1000 ? steady : steady + set).toISOString()
}
