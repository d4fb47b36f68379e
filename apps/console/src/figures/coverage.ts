/** Coverage in words. @module */
import type { Link } from '@vagus/api'
import type { CoverageState } from '@vagus/api/coverage'

/** Meaning of each state, for the user who wants to fix it. */
export const coverageWords: Readonly<Record<CoverageState, string>> = {
  unknown: 'No interface counters to compare with: start vagus device',
  low: 'Flows report less than the interface counters: flows are lost or not exported, or the sampling rate is too small',
  fine: 'Flow octets as a share of interface counter octets',
  over: 'Flows report more than the interface counters: some are exported twice, the sampling rate is too large, or an interface has no counters',
}

/** Coverage of the direction that is further from 1. */
export function coverageOfLink({ aToZ, zToA }: Pick<Link, 'aToZ' | 'zToA'>): number | null {
  const known = [aToZ.coverage, zToA.coverage].filter((share) => share !== null)
  return known.length === 0
    ? null
    : known.reduce((worst, share) => (Math.abs(share - 1) > Math.abs(worst - 1) ? share : worst))
}
