/** How intents stand at a device, with evidence. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  assess,
  type AssessFacts,
  type DeviceFacts,
  type Intent,
  type IntentReport,
  type LoadWatch,
  noLoads,
  ordersOf,
  watchLoads,
} from '../src/index.ts'
import { anyIntents, anyNow, intent, now, setOf, unsignedSet } from './sets.ts'

const pe1: DeviceFacts = { name: 'pe-1', roles: [] }
const at = (moment: number, intents: readonly Intent[], facts: Partial<AssessFacts> = {}): readonly IntentReport[] => {
  const set = setOf(...intents)
  return assess(set, { orders: ordersOf(set, pe1, moment), loads: noLoads, leases: [], ...facts }, moment)
}
const busy = intent('busy', { type: 'keep-below', percent: 80, forMs: 300_000 }, { scope: { borders: ['transit'] } })

describe('an intent at a device', () => {
  test('is received where it says nothing there, translated before its time, and active in it', () => {
    const intents = [
      intent('far', { type: 'freeze' }, { scope: { devices: ['pe-3'] } }),
      intent('later', { type: 'freeze' }, { when: { from: now + 60_000 } }),
      intent('over', { type: 'freeze' }, { when: { until: now } }),
      intent('here', { type: 'freeze' }),
      intent('line', { type: 'bounds', lines: { sharePercent: 20 } }),
    ]
    assert.deepEqual(at(now, intents), [
      { name: 'far', state: 'received' },
      { name: 'later', state: 'translated', evidence: 'it begins at 2026-09-21T14:14:20Z' },
      { name: 'over', state: 'translated', evidence: 'its time is over' },
      { name: 'here', state: 'active' },
      { name: 'line', state: 'active' },
    ])
  })

  test('is refused where no set holds', () => {
    const set = setOf(busy)
    const orders = ordersOf(set, pe1, set.expiresAt)
    const [report] = assess(set, { orders, loads: noLoads, leases: [] }, set.expiresAt)
    assert.equal(report!.state, 'refused')
    assert.match(report!.evidence!, /expired at/)
  })

  test('is in conflict while another one stands against it, and says with which', () => {
    const pin = (name: string, over: string[], priority: number): Intent =>
      intent(name, { type: 'pin', prefix: '10.1.0.0/16', enters: 'only', over }, { priority })
    const reports = at(now, [pin('x', ['a'], 1), pin('y', ['b'], 0)])
    assert.deepEqual(
      reports.map(({ state }) => state),
      ['active', 'conflict'],
    )
    assert.match(reports[1]!.evidence!, /"x" has the higher priority/)
  })

  test('that pins a prefix is degraded while a MED of before drives it away', () => {
    const pinned = intent('voice', { type: 'pin', prefix: '10.1.0.0/16', enters: 'only', over: ['a'] })
    const leases = [{ prefix: '10.1.2.0/24', interface: 'eth1', until: now + 60_000 }]
    assert.deepEqual(at(now, [pinned], { leases }), [
      {
        name: 'voice',
        state: 'degraded',
        evidence: 'a MED that was agreed on before drives 10.1.2.0/24 away from eth1 until 2026-09-21T14:14:20Z',
      },
    ])
    assert.equal(at(now + 60_000, [pinned], { leases })[0]!.state, 'active')
  })
})

describe('a link that is to be kept below a load', () => {
  const orders = ordersOf(setOf(busy), pe1, now)
  /** One look each 10 s. */
  const watched = (shares: readonly number[], from: LoadWatch = noLoads): LoadWatch =>
    shares.reduce(
      (watch, share, step) => watchLoads(watch, orders, [{ interface: 'eth1', share }], now + step * 10_000),
      from,
    )
  const stateOf = (loads: LoadWatch): IntentReport => at(now, [busy], { orders, loads })[0]!
  const minutes = (count: number, share: number): readonly number[] =>
    Array.from({ length: count * 6 + 1 }, () => share)

  test('is degraded once it has been above for longer than allowed, with the figures', () => {
    assert.equal(stateOf(watched(minutes(5, 0.9))).state, 'active')
    assert.deepEqual(stateOf(watched([0.95, ...minutes(5, 0.9)])), {
      name: 'busy',
      state: 'degraded',
      evidence: 'eth1 is at 90 %, and has been above 80 % for 310 s, up to 95 %; 300 s are allowed',
    })
  })

  test('counts anew after one look below, and after a time without looks', () => {
    assert.equal(stateOf(watched([...minutes(4, 0.9), 0.8, ...minutes(4, 0.9)])).state, 'active')
    const before = watched(minutes(5, 0.9))
    const late = watchLoads(before, orders, [{ interface: 'eth1', share: 0.9 }], before.at + 60_001)
    assert.equal(stateOf(late).state, 'active')
    const gone = watchLoads(before, orders, [], before.at + 1000)
    assert.deepEqual(gone.above, [])
  })

  test('is not one outside of the scope', () => {
    assert.deepEqual(watchLoads(noLoads, orders, [{ interface: 'eth9', share: 1 }], now).above, [])
  })
})

test('every intent of a set has one report in every state, which fits its message', () => {
  fc.assert(
    fc.property(anyIntents, anyNow, fc.constantFrom('pe-1', 'pe-2', 'pe-3', 'pe-9'), (intents, moment, name) => {
      const set = unsignedSet(intents)
      const orders = ordersOf(set, { name, roles: undefined }, moment)
      const reports = assess(set, { orders, loads: noLoads, leases: [] }, moment)
      assert.deepEqual(
        reports.map((one) => one.name),
        intents.map((one) => one.name),
      )
      for (const { state, evidence = '' } of reports) {
        assert.ok(evidence.length <= 240)
        if (state === 'degraded' || state === 'conflict' || state === 'refused') assert.notEqual(evidence, '')
      }
    }),
    { numRuns: 500 },
  )
})
