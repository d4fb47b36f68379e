import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coverageOfLink } from '../../src/figures/coverage.ts'

test('the coverage of a link is that of the direction that is further from one', () => {
  const of = (there: number | null, back: number | null): number | null => {
    const load = { bitsPerSecond: 1, utilisation: 0, fromFlows: 1, fromCounters: 1, now: 1 }
    return coverageOfLink({ aToZ: { ...load, coverage: there }, zToA: { ...load, coverage: back } })
  }
  assert.deepEqual([of(0.98, 1.27), of(0.6, 1.1), of(null, 0.97), of(null, null)], [1.27, 0.6, 0.97, null])
})
