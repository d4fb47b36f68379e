/** Decoders are compiled for data that has a record at least, and given up where they are missed least. */
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

test('the decoder unused for longest is given up at the limit', () => {
  const cache = new DecoderCache(2, 10)
  const [first, second, third] = [templateOf(1), templateOf(2), templateOf(3)]
  decoderOf(first, cache, 1)
  decoderOf(second, cache, 2)
  decoderOf(first, cache, 3)
  decoderOf(third, cache, 4)
  assert.deepEqual(
    [first, second, third].map(({ compiled }) => compiled?.decode !== undefined),
    [true, false, true],
  )
})

test('templates that look alike share a decoder, and each use of it counts', () => {
  const cache = new DecoderCache(2, 10)
  const [first, alike, second] = [templateOf(1), templateOf(1), templateOf(2)]
  decoderOf(first, cache, 1)
  decoderOf(second, cache, 2)
  assert.equal(decoderOf(alike, cache, 3), first.compiled)
  decoderOf(templateOf(3), cache, 4)
  assert.deepEqual([first.compiled?.decode === undefined, second.compiled?.decode === undefined], [false, true])
})

test('no more decoders are compiled within a second than may be; those that are there go on', () => {
  const cache = new DecoderCache(10, 2)
  const [first, second, third] = [templateOf(1), templateOf(2), templateOf(3)]
  assert.ok(decoderOf(first, cache, 5000) && decoderOf(second, cache, 5400))
  assert.equal(decoderOf(third, cache, 5999), undefined)
  assert.equal(decoderOf(templateOf(1), cache, 5999), first.compiled)
  assert.ok(decoderOf(third, cache, 6000))
})

test('data of a template too many within a second is malformed, says so, and is decoded in the next', () => {
  const { collector, rows } = collectRows({ limits: { compilationsPerSecond: 1 } })
  const from = exporterAt(1)
  const longer = [...plainFields, [10, 4]] as const
  const ofLonger = ipfix({}, set(257, concat(plainRecord(2), number(7, 4))))
  collector.receive(ipfix({}, set(2, template(256, plainFields)), set(2, template(257, longer))), from, 1000)
  collector.receive(ipfix({}, set(256, plainRecord(1))), from, 1001)
  collector.receive(ofLonger, from, 1999)
  assert.equal(rows().length, 1)
  const [event] = collector.takeEvents().filter((each) => each.event === 'exporter.malformed')
  assert.match(String(event?.fields['problem']), /data of template 257; too many templates are new/)
  collector.receive(ofLonger, from, 2000)
  assert.equal(rows().length, 1)
  assert.equal(collector.totals().malformed, 1)
})

test('the shortest record of a template is known before its decoder', () => {
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
