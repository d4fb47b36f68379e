import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { roundTripsOf } from '../../src/line/figures.ts'
import type { Probe } from '../../src/line/probe.ts'

describe('round trips of a stretch of time', () => {
  const hundred: readonly Probe[] = Array.from({ length: 100 }, (_, at) => [1000 + at * 10, at + 1])

  test('are those of the requests sent in it, by nearest rank', () => {
    assert.deepEqual(roundTripsOf(hundred, { from: 1000, to: 2000 }), {
      sent: 100,
      lost: 0,
      p50: 50,
      p99: 99,
      worst: 100,
      gap: 10,
    })
    assert.equal(roundTripsOf(hundred, { from: 1005, to: 1020 }).sent, 1)
  })

  test('count what did not come back, and for how long nothing did', () => {
    const cut = hundred.map(([at, roundTrip]): Probe => [at, at >= 1200 && at < 1350 ? null : roundTrip])
    const { sent, lost, gap } = roundTripsOf(cut, { from: 0, to: 9999 })
    assert.deepEqual([sent, lost, gap], [100, 15, 160])
  })

  test('are not known where nothing came back', () => {
    const none = { p50: null, p99: null, worst: null, gap: null }
    assert.deepEqual(roundTripsOf([], { from: 0, to: 1 }), { sent: 0, lost: 0, ...none })
    assert.deepEqual(roundTripsOf([[0, null]], { from: 0, to: 1 }), { sent: 1, lost: 1, ...none })
  })

  test('do not depend on the order in which answers come', () => {
    const probe = fc.tuple(fc.nat(1000), fc.option(fc.nat(50)))
    const span = { from: 100, to: 900 }
    fc.assert(
      fc.property(fc.uniqueArray(probe, { selector: ([at]) => at }), (probes) => {
        const { sent, lost, p50, p99, worst } = roundTripsOf(probes, span)
        assert.deepEqual(roundTripsOf(probes.toReversed(), span), roundTripsOf(probes, span))
        assert.ok(lost <= sent && (p50 ?? 0) <= (p99 ?? 0) && (p99 ?? 0) <= (worst ?? 0))
      }),
    )
  })
})
