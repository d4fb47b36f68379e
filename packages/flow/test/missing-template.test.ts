/** Data whose template does not come: when it is given up, and how that is told. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultLimits } from '../src/index.ts'
import { concat, exporterAt, hex, ipfix, plainFields, plainRecord, set, template } from './datagrams.ts'
import { collectRows } from './rows.ts'

const announce = (sequence = 0): Uint8Array => ipfix({ sequence }, set(2, template(256, plainFields)))
const data = (host: number, header = {}): Uint8Array => ipfix(header, set(256, plainRecord(host)))

describe('data whose template does not arrive', () => {
  const from = exporterAt(1)
  const half = defaultLimits.parkedForMs / 2

  test('counts as undecoded, not lost, when it is dropped', () => {
    const { collector } = collectRows()
    collector.receive(announce(), from, 1)
    for (let index = 0; index < 100; index++) {
      collector.receive(data(1, { sequence: index * 3 }), from, 10)
      collector.receive(ipfix({ sequence: index * 3 + 1 }, set(999, new Uint8Array(40))), from, 10)
    }
    collector.receive(data(1, { sequence: 300 }), from, 10)
    const before = collector.exporters()[0]!
    assert.deepEqual([before.lost.units, before.lost.undetermined, before.undecoded], [0, 200, 0])
    collector.tick(10 + defaultLimits.parkedForMs)
    const { lost, undecoded } = collector.exporters()[0]!
    assert.deepEqual([lost.units, lost.share, lost.undetermined, undecoded], [0, 0, 0, 200])
    assert.ok(collector.takeEvents().every(({ event }) => event !== 'exporter.loss'))
    collector.receive(data(1, { sequence: 305 }), from, 20 + defaultLimits.parkedForMs)
    assert.equal(collector.exporters()[0]!.lost.units, 4)
  })

  test('is reported once it is given up, and again only after a template came', () => {
    const { collector } = collectRows({ limits: { parkedPerStream: 3 } })
    const told = (): readonly unknown[] =>
      collector
        .takeEvents()
        .filter(({ event }) => event === 'exporter.no-template')
        .map(({ fields }) => [fields['count'], fields['seconds']])
    let now = 0
    const lack = (sets: number): void => {
      for (let index = 0; index < sets; index++) {
        now += 10_000
        collector.receive(data(1), from, now)
        collector.tick(now)
      }
    }
    lack(3)
    assert.deepEqual(told(), [])
    assert.deepEqual(collector.exporters()[0]!.noTemplate, { since: 10_000, givenUp: 0 })
    lack(20)
    assert.deepEqual(told(), [[1, 30]])
    assert.deepEqual(collector.exporters()[0]!.noTemplate, { since: 10_000, givenUp: 20 })
    collector.receive(announce(), from, now)
    assert.equal(collector.exporters()[0]!.noTemplate, undefined)
    collector.tick(now)
    collector.receive(ipfix({}, set(999, hex('01020304'))), from, now)
    lack(1)
    assert.deepEqual(collector.exporters()[0]!.noTemplate, { since: now - 10_000, givenUp: 0 })
    for (let index = 0; index < 4; index++) collector.receive(ipfix({}, set(999, hex('01020304'))), from, now)
    collector.tick(now)
    assert.deepEqual(told(), [[2, 10]])
  })

  test('does not wait longer after a template of another port that did not fit', () => {
    const { collector } = collectRows()
    const odd = ipfix({}, set(256, concat(plainRecord(1), hex('00010203040506'))))
    collector.receive(odd, exporterAt(1, 1001), 0)
    collector.receive(announce(), exporterAt(1, 1000), half)
    collector.receive(ipfix({}, set(999, hex('01020304'))), exporterAt(1, 1000), half)
    assert.equal(collector.totals().parked, 2)
    collector.tick(2 * half)
    assert.deepEqual([collector.totals().parked, collector.exporters()[0]!.parked], [1, 0])
  })
})
