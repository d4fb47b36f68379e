import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration } from '../src/duration.ts'

test('parseDuration reads seconds, minutes, hours and days', () => {
  assert.deepEqual(['90s', '15m', '24h', '7d'].map(parseDuration), [90_000, 900_000, 86_400_000, 604_800_000])
  assert.throws(() => parseDuration('5'), /must be a number and s, m, h or d/)
})
