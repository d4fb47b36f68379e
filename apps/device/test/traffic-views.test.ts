import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TrafficViews } from '../src/traffic-views.ts'
import { octetsPerSecond, told } from './support/told.ts'

const at = 1_700_000_000_000
const second = 1000

/** What is seen every second of a flow without end that is told every `timeout` seconds; null where nothing is known. */
function ratesOf(timeout: number, seconds: number, jitter = 0): readonly (number | null)[] {
  const views = new TrafficViews(at)
  const rates: (number | null)[] = []
  // the flow began before the agent, and not on a border of slices
  let start = at - 7300
  let count = 0
  for (let now = at; now < at + seconds * second; now += second) {
    // each fourth is told late
    if (now - start >= (timeout + (count % 4 === 3 ? jitter : 0)) * second) {
      count++
      views.take(told({ start, end: now - 400 }), now)
      start = now - 400
    }
    rates.push(views.seen(now)?.ipv4 ?? null)
  }
  return rates
}

const isNear = (rate: number | null | undefined, wanted: number): boolean =>
  rate !== null && rate !== undefined && Math.abs(rate / wanted - 1) < 0.02

describe('the views of the traffic', () => {
  for (const timeout of [5, 60, 110])
    test(`show a constant rate as one, with an active timeout of ${timeout} s`, () => {
      const rates = ratesOf(timeout, 600)
      const known = rates.findIndex((rate) => rate !== null)
      assert.ok(known <= timeout * 1.1 + 15, `known after ${known} s`)
      for (const [index, rate] of rates.entries()) {
        // Flows told before the first whole timeout began before the agent: until then the delay is not known.
        if (index > 2 * timeout + 15) assert.ok(isNear(rate, octetsPerSecond), `${rate} after ${index} s`)
      }
    })

  test('do not dip when a flow is told some seconds later than those before', () => {
    const dips = ratesOf(60, 300, 4).filter((rate, index) => index > 135 && !isNear(rate, octetsPerSecond))
    assert.deepEqual(dips, [])
  })

  test('are not known before a flow was told, nor when the exporter fell silent, which is not no traffic', () => {
    const views = new TrafficViews(at)
    assert.equal(views.seen(at + 60 * second), undefined)
    views.take(told({ start: at + 60 * second, end: at + 61 * second }), at + 61 * second)
    assert.ok(isNear(views.seen(at + 67 * second)?.ipv4, octetsPerSecond / 10))
    assert.equal(views.seen(at + 72 * second), undefined)
    views.heard(at + 600 * second)
    const later = views.seen(at + 600 * second)!
    assert.deepEqual([later.ipv4, later.window, later.top('flow', 1)], [0, 10_000, []])
  })

  test('take in a flow once that two interfaces tell, and from the other when the first tells no more', () => {
    const views = new TrafficViews(at)
    const rates: (number | undefined)[] = []
    for (let end = at + 5 * second; end <= at + 120 * second; end += 5 * second) {
      const isMoved = end > at + 60 * second
      if (!isMoved) views.take(told({ start: end - 5 * second, end, inIf: 1 }), end)
      views.take(told({ start: end - 5 * second, end, inIf: 2 }), end + 300)
      rates.push(views.seen(end + 300)?.ipv4)
    }
    for (const rate of [...rates.slice(3, 12), ...rates.slice(-6)]) assert.ok(isNear(rate, octetsPerSecond), `${rate}`)
    const [heaviest] = views.seen(at + 120 * second)!.top('flow', 1)
    assert.ok(isNear(heaviest!.octets / 10, octetsPerSecond))
  })

  test('share the octets of a flow out by destination as well', () => {
    const views = new TrafficViews(at)
    for (let end = at + 20 * second; end <= at + 120 * second; end += 20 * second) {
      views.take(told({ start: end - 20 * second, end }), end)
    }
    const seen = views.seen(at + 120 * second)!
    const [heaviest, ...others] = seen.top('destination-network', 10)
    assert.deepEqual([others.length, heaviest!.key[0]], [0, 0xc633_6400])
    assert.ok(isNear((heaviest!.octets * 1000) / seen.window, octetsPerSecond))
  })

  test('keep the part of longer flows that lies within two minutes, and nothing older', () => {
    const views = new TrafficViews(at)
    const end = at + 1800 * second
    views.take(told({ start: at, end }), end)
    assert.ok(isNear(views.seen(end)?.ipv4, octetsPerSecond))
    const old = at + 3600 * second
    for (let port = 0; port < 200; port++) {
      const time = at + port * 10 * second
      views.take(told({ start: time, end: time, port }), old)
    }
    assert.equal(views.seen(old)?.ipv4, 0)
  })
})
