import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration } from '../src/duration.ts'
import { windowQuerySchema } from '../src/index.ts'

test('a query takes as window what parseDuration reads, and no more digits', () => {
  for (const last of ['0s', '999999999999d', '1000000000000s', '15', '15 m']) {
    const read = (): number => parseDuration(last)
    if (windowQuerySchema.safeParse({ last }).success) assert.doesNotThrow(read, last)
    else assert.throws(read, RangeError, last)
  }
})

test('parseDuration reads seconds, minutes, hours and days', () => {
  assert.deepEqual(['90s', '15m', '24h', '7d'].map(parseDuration), [90_000, 900_000, 86_400_000, 604_800_000])
  assert.throws(() => parseDuration('5'), /must be a number and s, m, h or d/)
})
