/** Exporters with a wrong clock: what is reported, and how the times of their records are treated. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Collector, CollectorConfig, FlowEvent } from '../src/index.ts'
import { concat, exporterAt, type Field, ipfix, netflow5, netflow5Record, number, set, template } from './datagrams.ts'
import { collectRows, type Row } from './rows.ts'

const from = exporterAt(1)
const at = 1_700_000_000_000
const second = 1000
const hour = 3_600_000
const fields: readonly Field[] = [[8, 4], [12, 4], [152, 8], [153, 8], [1, 8]] // prettier-ignore
const record = (start: number, end: number): Uint8Array =>
  concat(number(0x0a00_0001, 4), number(0x0a00_0002, 4), number(start, 8), number(end, 8), number(1000, 8))

/** A message from an exporter with this clock, with a flow of the last second. */
const messageAt = (clock: number, domain = 0): Uint8Array =>
  ipfix(
    { seconds: Math.floor(clock / 1000), domain },
    set(2, template(256, fields)),
    set(256, record(clock - second, clock)),
  )

/** Sends a message each second for the given time, and ticks the collector. */
function sendFor(collector: Collector, seconds: number, since: number, clockAt: (now: number) => number): void {
  for (let now = since; now < since + seconds * second; now += second) {
    collector.receive(messageAt(clockAt(now)), from, now)
    collector.tick(now)
  }
}

const clocksIn = (events: readonly FlowEvent[]): unknown[] =>
  events
    .filter(({ event }) => event.startsWith('exporter.clock'))
    .map(({ event, fields }) => [event, fields['seconds'], fields['way']])
const timesOf = (rows: readonly Row[]): unknown[] => rows.map(({ start, end }) => [start, end])
const setRight: Partial<CollectorConfig> = { clocks: 'set-right' }

describe('the clock of an exporter', () => {
  for (const [way, off] of [
    ['behind', hour],
    ['ahead of', -hour],
  ] as const)
    // prettier-ignore
    test(`${way} ours by an hour is reported once, and the times of its flows are set right`, () => {
      const { collector, rows } = collectRows(setRight)
      sendFor(collector, 200, at, (now) => now - off)
      assert.deepEqual(clocksIn(collector.takeEvents()), [['exporter.clock', 3600, way]])
      const [state] = collector.exporters()
      assert.deepEqual([state!.clockBehind, state!.isClockWrong], [off, true])
      const wanted = Array.from({ length: 200 }, (_, index) => [at + (index - 1) * second, at + index * second])
      assert.deepEqual(timesOf(rows()), wanted)
    })

  test('is reported when it is right again, and times are then left as exported', () => {
    for (const off of [hour, -hour]) {
      const { collector, rows } = collectRows(setRight)
      sendFor(collector, 100, at, (now) => now - off)
      rows()
      collector.takeEvents()
      const later = at + 100 * second
      sendFor(collector, 100, later, (now) => now)
      assert.deepEqual(clocksIn(collector.takeEvents()), [['exporter.clock-right', undefined, undefined]])
      assert.equal(collector.exporters()[0]!.isClockWrong, false)
      assert.deepEqual(timesOf(rows())[0], [later - second, later])
    }
  })

  test('that is set back is noticed after five seconds, not a minute', () => {
    const { collector, rows } = collectRows(setRight)
    sendFor(collector, 40, at, (now) => now)
    rows()
    const later = at + 40 * second
    sendFor(collector, 20, later, (now) => now - hour)
    assert.deepEqual(clocksIn(collector.takeEvents()), [['exporter.clock', 3600, 'behind']])
    const found = timesOf(rows())
    assert.deepEqual(found.slice(0, 5), Array.from({ length: 5 }, (_, index) => {
      const end = later + index * second - hour
      return [end - second, end]
    })) // prettier-ignore
    assert.deepEqual(found.at(5), [later + 4 * second, later + 5 * second])
    assert.deepEqual(found.at(-1), [later + 18 * second, later + 19 * second])
  })

  for (const [way, off] of [
    ['behind', hour],
    ['ahead of', -hour],
  ] as const)
    test(`that is right, while its flows are dated an hour ${way} that, is told apart, and the times of flows are set right`, () => {
      const { collector, rows } = collectRows(setRight)
      for (let now = at; now < at + 100 * second; now += second) {
        const flows = set(
          256,
          concat(record(now - off - 9 * second, now - off), record(now - off - 9 * second, now - off)),
        )
        collector.receive(ipfix({ seconds: now / 1000 }, set(2, template(256, fields)), flows), from, now)
        collector.tick(now)
      }
      assert.deepEqual(
        collector
          .takeEvents()
          .flatMap(({ event, fields: { seconds, way: told } }) =>
            event === 'exporter.seen' ? [] : [[event, seconds, told]],
          ),
        [['exporter.clock', 3600, way]],
      )
      const [state] = collector.exporters()
      assert.deepEqual([state!.clockBehind, state!.isClockWrong, state!.clockOf], [off, true, 'flows'])
      // The first five messages show it.
      assert.deepEqual(
        timesOf(rows()).slice(10),
        Array.from({ length: 95 }, (_, index) => at + (index + 5) * second).flatMap((now) => [
          [now - 9 * second, now],
          [now - 9 * second, now],
        ]),
      )
    })

  test('is right if flows that ended quarter of an hour before are exported among others, or one ends in the future', () => {
    const { collector, rows } = collectRows(setRight)
    for (let now = at; now < at + 100 * second; now += second) {
      const ends = now % (5 * second) === 0 ? now - second : now - 15 * 60 * second
      const end = now === at + 50 * second ? now + hour : ends
      const flows = set(256, record(end - second, end))
      collector.receive(ipfix({ seconds: now / 1000 }, set(2, template(256, fields)), flows), from, now)
      collector.tick(now)
    }
    assert.equal(collector.exporters()[0]!.isClockWrong, false)
    assert.deepEqual(timesOf(rows())[1], [at + second - 15 * 60 * second - second, at + second - 15 * 60 * second])
  })

  test('does not count as wrong if some messages are minutes late', () => {
    const { collector } = collectRows(setRight)
    sendFor(collector, 40, at, (now) => now)
    // after ten minutes of suspension, a machine finds earlier messages in the socket's buffer
    const woke = at + 640 * second
    for (let late = 40; late < 60; late++) collector.receive(messageAt(at + late * second), from, woke)
    sendFor(collector, 100, woke, (now) => now)
    assert.deepEqual(clocksIn(collector.takeEvents()), [])
  })

  test('is neither reported nor set right if it is within a minute of ours', () => {
    const { collector, rows } = collectRows(setRight)
    sendFor(collector, 100, at, (now) => now - 59 * second)
    assert.deepEqual(clocksIn(collector.takeEvents()), [])
    assert.deepEqual(timesOf(rows())[0], [at - 60 * second, at - 59 * second])
  })

  test('leaves correct times as they are if only the header is wrong', () => {
    const { collector, rows } = collectRows(setRight)
    const sets = [set(2, template(256, fields)), set(256, record(at - second, at))]
    collector.receive(ipfix({ seconds: (at - hour) / 1000 }, ...sets), from, at)
    assert.deepEqual(timesOf(rows()), [[at - second, at]])
    // a time more than a day after the header is not accepted: the flow ends at its arrival
    collector.receive(ipfix({ seconds: 0, domain: 1 }, ...sets), from, at)
    assert.deepEqual(timesOf(rows()), [[at, at]])
    assert.equal(collector.exporters()[0]!.isClockWrong, true)
  })

  test('is set right for uptimes, too, which count back from the header (NetFlow v5)', () => {
    const { collector, rows } = collectRows(setRight)
    const seconds = at / 1000
    const before = collectRows()
    before.collector.receive(netflow5({ uptime: 100_000, seconds }, netflow5Record), from, at)
    collector.receive(netflow5({ uptime: 100_000, seconds: seconds - 3600 }, netflow5Record), from, at)
    assert.deepEqual(timesOf(rows()), timesOf(before.rows()))
  })

  test('is only reported if times are kept as exported', () => {
    const { collector, rows } = collectRows()
    sendFor(collector, 3, at, (now) => now - hour)
    assert.deepEqual(clocksIn(collector.takeEvents()), [['exporter.clock', 3600, 'behind']])
    assert.deepEqual(timesOf(rows())[0], [at - hour - second, at - hour])
  })

  test('that is right, while flows are dated wrongly, is also told apart in runs that vector instructions decode', () => {
    const memory = new WebAssembly.Memory({ initial: 17, maximum: 17, shared: true })
    const octets = new Uint8Array(memory.buffer as unknown as ArrayBuffer)
    const view = new DataView(octets.buffer)
    const { collector, rows } = collectRows({ ...setRight, decoders: 'vector' })
    collector.receive(ipfix({ seconds: at / 1000 }, set(2, template(256, fields))), from, at)
    for (let now = at; now < at + 20 * second; now += second) {
      const datagram = ipfix({ seconds: now / 1000 }, set(256, record(now - hour - second, now - hour)))
      octets.set(datagram)
      collector.receiveRun({ octets, view, memory, at: 0, end: datagram.length, each: datagram.length }, from, now)
    }
    const found = timesOf(rows())
    assert.deepEqual(found[4], [at + 3 * second - hour, at + 4 * second - hour])
    assert.deepEqual(found[5], [at + 4 * second, at + 5 * second])
  })

  test('is also compared in runs of datagrams that vector instructions decode', () => {
    const memory = new WebAssembly.Memory({ initial: 17, maximum: 17, shared: true })
    const octets = new Uint8Array(memory.buffer as unknown as ArrayBuffer)
    const view = new DataView(octets.buffer)
    const { collector, rows } = collectRows({ ...setRight, decoders: 'vector' })
    const dataAt = (clock: number): Uint8Array =>
      ipfix({ seconds: Math.floor(clock / 1000) }, set(256, concat(record(clock - second, clock))))
    collector.receive(messageAt(at - second), from, at - second)
    rows()
    const receive = (clock: number, now: number): void => {
      const datagram = dataAt(clock)
      for (let copy = 0; copy < 3; copy++) octets.set(datagram, copy * datagram.length)
      collector.receiveRun({ octets, view, memory, at: 0, end: 3 * datagram.length, each: datagram.length }, from, now)
    }
    for (let now = at; now < at + 100 * second; now += second) receive(now, now)
    rows()
    for (let now = at + 100 * second; now < at + 200 * second; now += second) receive(now - hour, now)
    assert.equal(collector.exporters()[0]!.clockBehind, hour)
    const end = at + 199 * second
    assert.deepEqual(timesOf(rows()).at(-1), [end - second, end])
  })

  test('does not count as wrong when ours was an hour ahead and is set back', () => {
    const { collector, rows } = collectRows(setRight)
    const waiting = ipfix({ seconds: at / 1000, domain: 7 }, set(256, record(at - second, at)))
    collector.receive(waiting, from, at + hour)
    sendFor(collector, 100, at + hour, (now) => now - hour)
    const wrong = [['exporter.clock', 3600, 'behind']]
    assert.deepEqual(clocksIn(collector.takeEvents()), wrong)
    rows()
    const later = at + 100 * second
    sendFor(collector, 100, later, (now) => now)
    assert.deepEqual(clocksIn(collector.takeEvents()), [['exporter.clock-right', undefined, undefined]])
    assert.deepEqual(timesOf(rows())[0], [later - second, later])
    for (const { domain, clockBehind, isClockWrong, firstAt, lastAt } of collector.exporters()) {
      const expected = domain === 0 ? [0, later + 99 * second] : [undefined, later]
      assert.deepEqual([clockBehind, isClockWrong, firstAt, lastAt], [expected[0], false, later, expected[1]])
    }
    // data that waits for its template is dropped by the corrected clock
    collector.tick(later + 24 * hour)
    assert.equal(collector.totals().parked, 0)
  })

  test('is compared as before when ours goes back by seconds', () => {
    const { collector } = collectRows(setRight)
    sendFor(collector, 1, at, (now) => now)
    collector.receive(messageAt(at), from, at - 4 * second)
    assert.deepEqual([collector.exporters()[0]!.clockBehind, collector.exporters()[0]!.lastAt], [0, at])
  })

  test('leaves no times in the future after a snapshot that was taken while ours was ahead', () => {
    const before = collectRows().collector
    sendFor(before, 1, at + hour, (now) => now)
    const { collector } = collectRows()
    collector.restore(before.snapshot())
    collector.tick(at)
    assert.equal(collector.exporters()[0]!.lastAt, at)
  })

  test('is unknown for an exporter whose messages have no export time', () => {
    const { collector } = collectRows(setRight)
    const header = concat(number(5, 4), number(1, 4), number(0x0a00_0001, 4), number(0, 4), number(1, 4), number(0, 4), number(0, 4)) // prettier-ignore
    collector.receive(header, from, at)
    const [state] = collector.exporters()
    assert.deepEqual([state!.protocol, state!.clockBehind, state!.isClockWrong], ['sflow5', undefined, false])
  })
})
