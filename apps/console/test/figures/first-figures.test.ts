import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figuresSoon, flowsArrive, hasJustBegun } from '../../src/figures/first-figures.ts'

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

test('figures of flows come soon while flows arrive, and after the start where there is a device to export', () => {
  const soon = (startedAt: string, total: number, lastAt: string | null): boolean =>
    figuresSoon({
      now: '2026-06-30T12:01:00.000Z',
      startedAt,
      devices: { total, exporting: 0, silent: 0 },
      flows: { records: 0, recordsPerSecond: 0, lost: 0, lastAt },
    })
  const [young, old] = ['2026-06-30T12:00:40.000Z', '2026-06-30T11:00:00.000Z']
  assert.deepEqual([soon(young, 6, null), soon(young, 0, null), soon(old, 6, null)], [true, false, false])
  assert.equal(soon(old, 6, '2026-06-30T12:00:58.000Z'), true)
  assert.equal(figuresSoon(undefined), false)
})
