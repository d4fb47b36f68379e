/** Decoders are compiled for data with at least one record; the one unused for longest is dropped first. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DecoderCache } from '../src/decode/compile.ts'
import { type FieldSpecifier, layoutOf, variableLength } from '../src/layout.ts'
import { decoderOf, newTemplate } from '../src/template.ts'
import { concat, exporterAt, ipfix, number, plainFields, plainRecord, set, template } from './datagrams.ts'
import { collectRows } from './rows.ts'

const templateOf = (...lengths: readonly number[]): ReturnType<typeof newTemplate> =>
  newTemplate({ id: 256, scopeCount: 0, fields: lengths.map(field) }, 0)
const field = (length: number): FieldSpecifier => ({ element: 30_000, length, enterprise: 0 })

const limitsOf = (
  decoders: number,
  compilationsPerSecond: number,
  compilationsPerExporter: number,
): ConstructorParameters<typeof DecoderCache>[0] => ({ decoders, compilationsPerSecond, compilationsPerExporter })

test('the decoder unused for longest is dropped at the limit', () => {
  const cache = new DecoderCache(limitsOf(2, 10, 10))
  const [first, second, third] = [templateOf(1), templateOf(2), templateOf(3)]
  decoderOf(first, cache, 1, 1)
  decoderOf(second, cache, 1, 2)
  decoderOf(first, cache, 1, 3)
  decoderOf(third, cache, 1, 4)
  assert.deepEqual(
    [first, second, third].map(({ compiled }) => compiled?.decode !== undefined),
    [true, false, true],
  )
})

test('templates of equal layout share a decoder, and each use of it counts', () => {
  const cache = new DecoderCache(limitsOf(2, 10, 10))
  const [first, alike, second] = [templateOf(1), templateOf(1), templateOf(2)]
  decoderOf(first, cache, 1, 1)
  decoderOf(second, cache, 1, 2)
  assert.equal(decoderOf(alike, cache, 1, 3), first.compiled)
  decoderOf(templateOf(3), cache, 1, 4)
  assert.deepEqual([first.compiled?.decode === undefined, second.compiled?.decode === undefined], [false, true])
})

test('at most the allowed number of decoders is compiled per second; existing ones stay in use', () => {
  const cache = new DecoderCache(limitsOf(10, 2, 10))
  const [first, second, third] = [templateOf(1), templateOf(2), templateOf(3)]
  assert.ok(decoderOf(first, cache, 1, 5000) && decoderOf(second, cache, 1, 5400))
  assert.equal(decoderOf(third, cache, 1, 5999), undefined)
  assert.equal(decoderOf(templateOf(1), cache, 1, 5999), first.compiled)
  assert.ok(decoderOf(third, cache, 1, 6000))
})

test('each exporter has at most its share of decoders compiled per second, and leaves others theirs', () => {
  const cache = new DecoderCache(limitsOf(10, 3, 2))
  const [first, second, third] = [templateOf(1), templateOf(2), templateOf(3)]
  assert.ok(decoderOf(first, cache, 1, 5000) && decoderOf(second, cache, 1, 5000))
  assert.equal(decoderOf(third, cache, 1, 5000), undefined)
  assert.ok(decoderOf(third, cache, 2, 5000))
  assert.equal(decoderOf(templateOf(4), cache, 3, 5000), undefined)
})

test('data of a template beyond the limit per second waits, and is decoded at a tick of the next second', () => {
  const { collector, rows } = collectRows({ limits: { compilationsPerSecond: 1 } })
  const from = exporterAt(1)
  const longer = [...plainFields, [10, 4]] as const
  const ofLonger = (sequence: number): Uint8Array => ipfix({ sequence }, set(257, concat(plainRecord(2), number(7, 4))))
  collector.receive(ipfix({}, set(2, template(256, plainFields)), set(2, template(257, longer))), from, 1000)
  collector.receive(ipfix({}, set(256, plainRecord(1))), from, 1001)
  collector.receive(ofLonger(1), from, 1998)
  collector.receive(ofLonger(2), from, 1999)
  collector.tick(1999)
  assert.deepEqual([rows().length, collector.totals().parked], [1, 2])
  collector.tick(2000)
  assert.deepEqual([rows().length, collector.totals().parked, collector.totals().malformed], [2, 0, 0])
  collector.receive(ofLonger(3), from, 2001)
  assert.deepEqual([rows().length, collector.exporters()[0]!.lost.units], [1, 0])
})

test('a flood of 150 new layouts per second costs a router none of its records', () => {
  const { collector, rows } = collectRows()
  const router = exporterAt(1)
  let sent = 0
  for (let second = 1; second <= 60; second++) {
    for (let each = 0; each < 150; each++) {
      const layout = second * 150 + each
      const fields = [
        [1, 4],
        [300, 1 + (layout % 500)],
        [2, 4],
        [301, 1 + Math.floor(layout / 500)],
      ] as const
      const data = set(256 + (layout % 1000), new Uint8Array(600))
      const announced = set(2, template(256 + (layout % 1000), fields))
      collector.receive(ipfix({ domain: 1 }, announced, data), exporterAt(66), second * 1000)
    }
    if (second % 10 === 5) {
      const announced = set(2, template(256, plainFields))
      collector.receive(ipfix({ sequence: sent++ }, announced, set(256, plainRecord(1))), router, second * 1000 + 500)
    }
    collector.tick(second * 1000 + 999)
  }
  const { records, malformed } = collector.exporters().find(({ address }) => address === '192.0.2.1')!
  assert.deepEqual([sent, records, malformed], [6, 6, 0])
  assert.ok(rows().length >= 6)
})

test('the shortest record of a template is known before its decoder is compiled', () => {
  for (const lengths of [
    [4, 4],
    [0, 2],
    [0, 0],
    [4, variableLength, 2, variableLength],
  ]) {
    const { minLength, isFixed, compiled } = templateOf(...lengths)
    const layout = layoutOf(lengths.map(field))
    assert.deepEqual([minLength, isFixed, compiled], [layout.minLength, layout.parts.length === 1, undefined])
  }
})
