import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  addReading,
  maxMinutes,
  type Minute,
  type Minutes,
  noMinutes,
  partsOf,
  quote,
  type Reading,
  readingOf,
  wholeMinutes,
} from '../src/index.ts'
import { diamond, epoch, hour, minute, second } from './networks.ts'

const reading = (seconds: number, octets: number, changes: Partial<Reading> = {}): Reading => ({
  now: epoch + seconds * second,
  number: 1,
  forth: { octets, dropped: 0 },
  back: { octets: octets / 2, dropped: 0 },
  probes: { sent: seconds * 10, lost: 0, p50: 1, p99: 2 },
  ...changes,
})
const minutesOf = (readings: readonly Reading[]): Minutes => readings.reduce(addReading, noMinutes)
const every5 = (from: number, until: number): readonly number[] =>
  Array.from({ length: (until - from) / 5 + 1 }, (_, at) => from + at * 5)

describe('the minutes of a line', () => {
  test('have rates, drops and probes of what came in them', () => {
    const even = every5(0, 120).map((at) => reading(at, at * 1000))
    assert.deepEqual(wholeMinutes(minutesOf(even), epoch + 2 * minute), [
      minuteAt(0, { probes: { sent: 600, lost: 0 } }),
      minuteAt(1, { probes: { sent: 600, lost: 0 } }),
    ])
  })

  test('split what comes between two readings where a minute begins', () => {
    const two = [reading(50, 0), reading(70, 20_000)]
    assert.deepEqual(
      minutesOf(two).all.map(({ at, seconds, delivered }) => [at, seconds, delivered.forth]),
      [
        [epoch, 10, 8000],
        [epoch + minute, 10, 8000],
      ],
    )
  })

  for (const [what, next] of [
    ['an agent that began anew', reading(10, 5)],
    ['another path', reading(10, 10_000, { number: 2 })],
    ['an end that does not answer', reading(10, 10_000, { back: null })],
    ['a time too long to say', reading(45, 45_000)],
    ['drops that went back', reading(10, 10_000, { forth: { octets: 10_000, dropped: -1 } })],
  ] as const) {
    test(`leave the seconds out of ${what}`, () => {
      const minutes = minutesOf([reading(0, 0), reading(5, 5000), next, { ...next, now: next.now + 5 * second }])
      const [first] = minutes.all
      assert.equal(first?.seconds, next.back === null ? 5 : 10)
      assert.equal(first.delivered.forth, next.back === null ? 8000 : 4000)
    })
  }

  test('forget the oldest after a day', () => {
    const long = Array.from({ length: 26 * 60 * 3 }, (_, at) => reading(at * 20, at))
    const { all } = minutesOf(long)
    assert.equal(all.length, maxMinutes)
    assert.equal(all[0]!.at, epoch + (26 * 60 - maxMinutes) * minute)
  })

  test('never tell more than was sent, whatever is read', () => {
    const step = fc.record({
      ms: fc.oneof(fc.integer({ min: -5000, max: 90_000 }), fc.constant(5000)),
      octets: fc.oneof(fc.nat(1_000_000), fc.constant(-1)),
      number: fc.constantFrom(1, 1, 1, 2),
      isTold: fc.constantFrom(true, true, true, false),
    })
    const run = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let [now, octets, sent] = [epoch, 0, 0]
      let minutes = noMinutes
      for (const { ms, octets: more, number, isTold } of steps) {
        now += ms
        octets = more < 0 ? 0 : octets + more
        sent += Math.max(0, more)
        const counted = isTold ? { octets, dropped: 0 } : null
        minutes = addReading(minutes, { now, number, forth: counted, back: counted, probes: null })
      }
      const told = minutes.all.reduce((sum, one) => sum + (one.delivered.forth * one.seconds) / 8, 0)
      assert.ok(told <= sent + 1e-3, `${told} of ${sent}`)
      for (const one of minutes.all) {
        assert.ok(one.seconds > 0 && one.seconds <= 60 + 1e-9 && one.at % minute === 0)
        assert.ok(one.delivered.forth >= 0 && Number.isFinite(one.delivered.forth))
      }
      assert.deepEqual(JSON.parse(JSON.stringify(minutes)), minutes)
    })
    fc.assert(run, { numRuns: 500 })
  })
})

const minuteAt = (at: number, changes: Partial<Minute>): Minute => ({
  at: epoch + at * minute,
  seconds: 60,
  delivered: { forth: 8000, back: 4000 },
  dropped: { forth: 0, back: 0 },
  roundTripMs: { p50: 1, p99: 2 },
  probes: { sent: 0, lost: 0 },
  ...changes,
})

describe('a reading', () => {
  const found = quote({ from: 'east', to: 'west', bitsPerSecond: 10e6, start: epoch, end: epoch + hour }, diamond(), [])
  assert.equal(found.type, 'possible')
  const holds = partsOf(found.path, diamond(), { number: 9, bitsPerSecond: 10e6 }).holds.map(({ part }) => part)
  const sent = (packets: number, dropped = 0) => ({ octets: packets * 1278, packets, dropped })

  test('counts what the last router sent, as the sites see it, and what all dropped', () => {
    const told = [
      { sent: [sent(100, 1)], probes: { sent: 10, lost: 1, p50: 200, p99: 900 } },
      { sent: [sent(99, 2), sent(50)] }, // towards west, and towards east
      { sent: [sent(51, 4)], probes: { sent: 10, lost: 0, p50: 300, p99: 800 } },
    ]
    assert.deepEqual(readingOf(holds, told, { number: 9, now: epoch }), {
      now: epoch,
      number: 9,
      forth: { octets: 99 * 1200, dropped: 3 },
      back: { octets: 50 * 1200, dropped: 4 },
      probes: { sent: 20, lost: 1, p50: 0.3, p99: 0.9 },
    })
  })

  test('tells nothing of a direction whose last router does not say', () => {
    const told = [{ sent: [sent(100)] }, undefined, { sent: [sent(51)] }]
    const { forth, back, probes } = readingOf(holds, told, { number: 9, now: epoch })
    assert.deepEqual([forth, back, probes], [null, null, null])
  })
})
