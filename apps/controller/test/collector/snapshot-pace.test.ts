import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCollector } from '@vagus/flow'
import { SnapshotPace } from '../../src/collector/snapshot-pace.ts'

const nothing = createCollector({ onBlock: () => undefined }).totals()

test('what is new is written down at once, what is not after a minute', () => {
  const pace = new SnapshotPace()
  assert.equal(pace.isDue({ ...nothing, templates: 1, streams: 1 }), true)
  assert.equal(pace.isDue({ ...nothing, templates: 2, streams: 1 }), true)
  const unchanged = Array.from({ length: 60 }, () => pace.isDue({ ...nothing, templates: 2, streams: 1 }))
  assert.deepEqual([unchanged.indexOf(true), unchanged.lastIndexOf(true)], [59, 59])
})

test('a new stream a tick has 16,384 of them written down every half a minute', () => {
  const pace = new SnapshotPace()
  const written: number[] = []
  for (let tick = 1; tick <= 96; tick++)
    if (pace.isDue({ ...nothing, streams: 16_384, exporters: tick })) written.push(tick)
  assert.deepEqual(written, [32, 64, 96])
})
