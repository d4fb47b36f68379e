import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExporterState } from '@vagus/flow'
import type { View } from '../../src/domain/view.ts'
import { exportersOf } from '../../src/resources/exporters.ts'

test('a sampling rate of 0 is not known, which is no rate', () => {
  const stream = (port: number, rate: number): ExporterState =>
    ({
      address: '192.0.2.1',
      port,
      protocol: 'ipfix',
      domain: 0,
      firstAt: 0,
      lastAt: 0,
      lost: {},
      sampling: { rate, from: rate === 0 ? 'none' : 'record' },
    }) as ExporterState
  const view = {
    config: { flow: { silentAfter: '30s' } },
    directory: { deviceAt: () => undefined },
    report: { exporters: [stream(1, 0), stream(2, 512)] },
    now: () => 0,
  }
  assert.deepEqual(
    exportersOf(view as unknown as View).items.map(({ sampling }) => sampling),
    [null, { rate: 512, from: 'record' }],
  )
})
