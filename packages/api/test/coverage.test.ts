import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coverageState } from '../src/coverage.ts'

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
