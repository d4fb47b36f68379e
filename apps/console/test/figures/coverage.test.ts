import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coverageOfLink, coverageState } from '../../src/figures/coverage.ts'

test('coverage is low below nine tenths, and over where flows tell clearly more than counters', () => {
  assert.deepEqual([null, 0.89, 0.9, 1, 1.03, 1.04, 1.27].map(coverageState), [
    'unknown',
    'low',
    'fine',
    'fine',
    'fine',
    'over',
    'over',
  ])
})

test('the coverage of a link is that of the direction that is further from one', () => {
  const of = (there: number | null, back: number | null): number | null => {
    const load = { bitsPerSecond: 1, utilisation: 0, fromFlows: 1, fromCounters: 1, now: 1 }
    return coverageOfLink({ aToZ: { ...load, coverage: there }, zToA: { ...load, coverage: back } })
  }
  assert.deepEqual([of(0.98, 1.27), of(0.6, 1.1), of(null, 0.97), of(null, null)], [1.27, 0.6, 0.97, null])
})
