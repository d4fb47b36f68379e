import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reading } from '../../src/a2a/reading.ts'
import { streamOf } from '../../src/intruder/stream.ts'

const part = (number: number, at: number): Reading => ({ type: 'part', part: number, at })

test('parts that are missing before the last, parts that came twice, and the longest time between two', () => {
  const readings = [
    part(0, 100),
    part(1, 120),
    { type: 'broken', why: '', at: 130 },
    part(1, 200),
    part(3, 550),
  ] as const
  assert.deepEqual(streamOf(readings), { parts: 4, lost: 1, repeated: 1, longestGap: 350 })
})

test('what came not at all has nothing to lose', () => {
  assert.deepEqual(streamOf([]), { parts: 0, lost: 0, repeated: 0, longestGap: 0 })
})
