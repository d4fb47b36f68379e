import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCollector, type ExporterState } from '@vagus/flow'
import type { View } from '../../src/domain/view.ts'
import { exportersOf } from '../../src/resources/exporters.ts'

test('tells data given up even when no unit of it could be counted, as no template ever came', () => {
  const collector = createCollector({ onBlock: () => undefined })
  const address = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 1])
  const datagram = new DataView(new ArrayBuffer(64)) // NetFlow v9 with 40 octets of data of template 300
  datagram.setUint16(0, 9)
  datagram.setUint16(20, 300)
  datagram.setUint16(22, 44)
  for (let second = 0; second < 300; second++) {
    datagram.setUint32(12, second)
    collector.receive(new Uint8Array(datagram.buffer), { address, port: 1 }, second * 1000)
  }
  const view = {
    config: { flow: { silentAfter: '30s' } },
    directory: { deviceAt: () => undefined },
    report: { exporters: collector.exporters() },
    now: () => 299_000,
  } as unknown as View
  assert.deepEqual(
    exportersOf(view).items.map(({ records, parked, givenUp, undecoded }) => ({ records, parked, givenUp, undecoded })),
    [{ records: 0, parked: 256, givenUp: 44, undecoded: 0 }],
  )
})

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
