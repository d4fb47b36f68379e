import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type RawCounters, TotalsOfInterface } from '../../src/snmp/totals.ts'
import { passageOf, uptimeMsOf } from '../../src/snmp/uptime.ts'

const raw = (at: number, outOctets: bigint, more: Partial<RawCounters> = {}): RawCounters => ({
  bits: 64,
  at,
  speed: 0,
  discontinuity: 0n,
  inOctets: 0n,
  outOctets,
  inPackets: [0n],
  outPackets: [0n],
  ...more,
})

function grown(...samples: readonly RawCounters[]): bigint | 'unknown' {
  const totals = new TotalsOfInterface()
  const first = totals.take(samples[0]!)
  let last = first
  for (const one of samples.slice(1)) {
    last = totals.take(one)
    if (!last.continued) return 'unknown'
  }
  return last.outOctets - first.outOctets
}

void describe('totals of an interface', () => {
  const of32 = { bits: 32 as const, speed: 1_000_000_000 }
  void test('32-bit counters go on over a wrap', () =>
    assert.equal(grown(raw(0, 4_294_967_290n, of32), raw(30_000, 4n, of32)), 10n))
  void test('without a speed a wrap counts up to half of the range', () => {
    const slow = { bits: 32 as const }
    assert.equal(grown(raw(0, 4_000_000_000n, slow), raw(30_000, 1_000_000_000n, slow)), 1_294_967_296n)
    assert.equal(grown(raw(0, 1_000_000_000n, slow), raw(30_000, 10n, slow)), 'unknown')
  })
  void test('a wrap that the speed does not allow is a new beginning', () => {
    const slow = { bits: 32 as const, speed: 10_000_000 }
    assert.equal(grown(raw(0, 2_000_000_000n, slow), raw(30_000, 10n, slow)), 'unknown')
  })
  void test('64-bit counters that decrease began anew', () =>
    assert.equal(grown(raw(0, 10n), raw(30_000, 5n)), 'unknown'))
  void test('another ifCounterDiscontinuityTime is a new beginning, even if the counter grew (RFC 2863)', () =>
    assert.equal(grown(raw(0, 10n), raw(30_000, 50n, { discontinuity: 7n })), 'unknown'))
  void test('more than 10 Tb/s is a broken counter', () =>
    assert.equal(grown(raw(0, 0n), raw(1000, 2n ** 60n)), 'unknown'))
  void test('packets that a router does not count by their kind are none', () => {
    const totals = new TotalsOfInterface()
    totals.take(raw(0, 0n, { outPackets: [5n, undefined] }))
    assert.equal(totals.take(raw(1000, 0n, { outPackets: [8n, 1_000_000n] })).outPackets, 8)
  })
})

void describe('what became of a router', () => {
  const at = 1_700_000_000_000
  const of = (seconds: number, ticks: bigint, boots?: bigint) => ({ at: at + seconds * 1000, ticks, boots })
  void test('it went on, also over the wrap of sysUpTime after 497 days', () => {
    assert.equal(passageOf(of(0, 100n), of(30, 3100n)), 'went on')
    assert.equal(passageOf(of(0, 2n ** 32n - 1000n), of(30, 2000n)), 'went on')
  })
  void test('it restarted: its uptime is less, or more but too little, or it counts another boot', () => {
    assert.equal(passageOf(of(0, 1_000_000n), of(30, 1000n)), 'restarted')
    assert.equal(passageOf(of(0, 1000n), of(600, 50_000n)), 'restarted')
    assert.equal(passageOf(of(0, 3_000_000_000n), of(30, 1000n)), 'restarted')
    assert.equal(passageOf(of(0, 100n, 1n), of(30, 3100n, 2n)), 'restarted')
  })
  void test('our clock was set: it did not restart, and nothing is known', () => {
    assert.equal(passageOf(of(0, 1_000_000n), of(3600, 1_003_000n)), 'stepped')
    assert.equal(passageOf(of(0, 1_000_000n), of(-3600, 1_003_000n)), 'stepped')
  })
  void test('its uptime fits where sFlow has its own', () => assert.equal(uptimeMsOf(2n ** 32n - 1n), 4_294_967_286))
})
