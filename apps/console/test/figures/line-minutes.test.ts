import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LineMinute } from '@vagus/api/lines'
import { lineSeriesOf } from '../../src/figures/line-minutes.ts'

const minute = (at: string, forth: number): LineMinute => ({
  at: `2026-11-03T12:${at}:00.000Z`,
  seconds: 60,
  delivered: { forth, back: forth / 2 },
  dropped: { forth: 0, back: 0 },
  roundTripMs: null,
  probes: { sent: 0, lost: 0 },
})

test('minutes stand where they belong in time, with a hole where nothing was measured', () => {
  const { times, forth, back } = lineSeriesOf([minute('00', 10), minute('03', 40)], 60)
  assert.deepEqual(
    times.map((time) => time - times[0]!),
    [0, 60, 120, 180],
  )
  assert.deepEqual(
    [forth, back],
    [
      [10, null, null, 40],
      [5, null, null, 20],
    ],
  )
})

test('only the latest are drawn', () => {
  const all = Array.from({ length: 30 }, (_, at) => minute(String(at).padStart(2, '0'), at))
  assert.deepEqual(lineSeriesOf(all, 2).forth, [28, 29])
  assert.deepEqual(lineSeriesOf([], 2), { times: [], forth: [], back: [] })
})
