/**
 * How far flows and interface counters agree. Both ways of disagreeing are faults: below one flows are missing, above it
 * they are counted more than once or scaled by a wrong sampling rate. Free of zod, so that the page can import it.
 * @module
 */

export type CoverageState = 'unknown' | 'low' | 'fine' | 'over'

const lowBelow = 0.9
/** Headers, padding and the edges of a window may add this much. */
const overFrom = 1.03

/** @param share flow octets by counter octets; null: there are no counters to compare with */
export function coverageState(share: number | null): CoverageState {
  if (share === null) return 'unknown'
  if (share < lowBelow) return 'low'
  return share > overFrom ? 'over' : 'fine'
}
