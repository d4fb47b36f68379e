import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flowsArrive, hasJustBegun } from '../../src/figures/first-figures.ts'

test('flows arrive as long as the last record is some seconds old', () => {
  const at = (lastAt: string | null): boolean =>
    flowsArrive({
      now: '2026-06-30T12:01:00.000Z',
      flows: { records: 1, recordsPerSecond: 1, lost: 0, lastAt },
    })
  assert.deepEqual([null, '2026-06-30T12:00:58.000Z', '2026-06-30T12:00:20.000Z'].map(at), [false, true, false])
  assert.equal(flowsArrive(undefined), false)
})

test('a controller has just begun for half a minute', () => {
  const at = (startedAt: string): boolean => hasJustBegun({ now: '2026-06-30T12:01:00.000Z', startedAt })
  assert.deepEqual(['2026-06-30T12:00:40.000Z', '2026-06-30T12:00:20.000Z'].map(at), [true, false])
  assert.equal(hasJustBegun(undefined), false)
})
