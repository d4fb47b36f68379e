import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Event } from '@vagus/api'
import { filterEvents, isOtherLog, maxEvents, withEvents } from '../../src/state/event-list.ts'
import { createStreamReader } from '../../src/state/event-stream.ts'

const octets = (text: string): Uint8Array => Buffer.from(text)

describe('the event stream (HTML §9.2.6)', () => {
  const text =
    ': hello\r\n\r\nid: 7\r\ndata: {"a":1}\r\n\r\nevent: status\ndata: x\ndata:y\n\nretry: 5\n\ndata:  z\rid\r\r'
  const events = [
    { name: '', data: '{"a":1}' },
    { name: 'status', data: 'x\ny' },
  ]
  test('gives each event that has data, and passes comments over', () => {
    assert.deepEqual(createStreamReader().read(octets(text)), events)
  })
  test('gives the same events however the text is cut', () => {
    const whole = `${text}data: end\n\n`
    const expected = createStreamReader().read(octets(whole))
    assert.equal(expected.length, 4)
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const reader = createStreamReader()
        const places = [0, ...cuts.sort((a, b) => a - b), whole.length]
        const pieces = places.slice(1).map((end, index) => whole.slice(places[index], end))
        assert.deepEqual(
          pieces.flatMap((piece) => reader.read(octets(piece))),
          expected,
        )
      }),
    )
  })
  test('gives up an event without end, and goes on after it', () => {
    const reader = createStreamReader()
    for (let piece = 0; piece < 40; piece++) reader.read(octets('x'.repeat(2000)))
    assert.deepEqual(reader.read(octets('\n\ndata: 1\n\n')), [{ name: '', data: '1' }])
  })
  test('gives up data lines without end, too', () => {
    const reader = createStreamReader()
    for (let line = 0; line < 200; line++) reader.read(octets(`data: ${'x'.repeat(1000)}\n`))
    assert.deepEqual(reader.read(octets('\n')), [])
    assert.deepEqual(reader.read(octets('data: 1\n\n')), [{ name: '', data: '1' }])
  })
})

const event = (id: number, severity: Event['severity'] = 'info', subject = 'pe-1'): Event => ({
  id,
  at: '2026-06-30T14:42:11Z',
  event: 'exporter.silent',
  severity,
  subject,
  fields: { device: subject, seconds: 31 },
})

describe('the list of events', () => {
  test('has the newest first and each once, though a resumed stream repeats some', () => {
    const list = withEvents(withEvents([], [event(1), event(2)]), [event(2), event(4), event(3)])
    assert.deepEqual(
      list.map(({ id }) => id),
      [4, 3, 2, 1],
    )
  })
  test('stays the same list when nothing new came', () => {
    const list = withEvents([], [event(1)])
    assert.equal(withEvents(list, [event(1)]), list)
  })
  test('is given up when the controller began a new log', () => {
    const list = withEvents([], [event(1), event(2), event(3)])
    assert.equal(isOtherLog(list, [event(3), event(4)]), false)
    assert.equal(isOtherLog(list, [event(1)]), true)
    assert.equal(isOtherLog(list, []), true)
    assert.equal(isOtherLog(list, [{ ...event(3), at: '2026-07-01T00:00:00Z' }]), true)
    assert.equal(isOtherLog([], [event(1)]), false)
  })
  test('lets the oldest go at its limit', () => {
    const list = withEvents(
      [],
      Array.from({ length: maxEvents + 5 }, (_, index) => event(index + 1)),
    )
    assert.equal(list.length, maxEvents)
    assert.equal(list.at(-1)?.id, 6)
  })
  test('is filtered by severity and by text in any case', () => {
    const list = [event(3, 'error', 'PE-2'), event(2, 'warning'), event(1)]
    const ids = (severity: 'all' | 'warning' | 'error', text: string): number[] =>
      filterEvents(list, severity, text, () => 'said').map(({ id }) => id)
    assert.deepEqual(ids('all', ''), [3, 2, 1])
    assert.deepEqual(ids('warning', ''), [3, 2])
    assert.deepEqual(ids('all', ' pe-2 '), [3])
    assert.deepEqual(ids('error', 'SAID'), [3])
    assert.deepEqual(ids('all', 'nothing'), [])
  })
})
