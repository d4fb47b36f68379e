import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Link } from '@vagus/api'
import type { StoreStats } from '@vagus/store'
import type { View } from '../../src/domain/view.ts'
import { unreadyItems } from '../../src/resources/quality.ts'
import { linkCounts, storeStatus } from '../../src/resources/status.ts'

const load = (bitsPerSecond: number | null, now: number | null): Link['aToZ'] => ({
  bitsPerSecond,
  utilisation: bitsPerSecond === null ? null : bitsPerSecond / 1000,
  fromFlows: null,
  fromCounters: bitsPerSecond,
  coverage: null,
  now,
})
const link = (name: string, aToZ: Link['aToZ'], state: Link['state'] = 'up'): Link => ({
  name,
  a: { node: 'pe-1', interface: 'eth0' },
  z: { node: name, interface: null },
  capacity: 1000,
  state,
  aToZ,
  zToA: load(100, 100),
})

test('the busiest link is the one of the window, with the figure of the list, whatever it carries this second', () => {
  const links = [link('calm', load(190, 900)), link('busy', load(235, 0), 'down')]
  assert.deepEqual(linkCounts(links), { total: 2, down: 1, busiest: { name: 'busy', utilisation: 0.235 } })
})

test('without counters no link is called the busiest', () => {
  const silent = { ...link('silent', load(null, null)), zToA: load(null, null) }
  const byFlows = { ...link('flows', { ...load(null, null), bitsPerSecond: 500, utilisation: 0.5, fromFlows: 500 }) }
  assert.deepEqual(linkCounts([silent, { ...byFlows, zToA: load(null, null) }]).busiest, null)
})

test('a store that does not answer is not ok: its state is unknown, and why stands first among the problems', () => {
  const view = { report: undefined, now: () => 0 }
  assert.equal(storeStatus(view, undefined).state, 'unknown')
  const answered = { state: 'ok', records: 1, octets: 2, lagSeconds: 0, oldest: undefined } as unknown as StoreStats
  assert.equal(storeStatus(view, answered).state, 'ok')
  const [item] = unreadyItems(['store: no answer within 2000 ms: it is busy'])
  assert.deepEqual(
    [item?.severity, item?.subject, item?.problem],
    ['error', 'store', 'no answer within 2000 ms: it is busy'],
  )
})

test('what waits in memory for a full disk is told, and the store is behind by it', () => {
  const log = { state: 'disk-full', waiting: 236_080, waitingSince: 40_000, dropped: 7 }
  const view = { report: { log }, now: () => 100_000 } as unknown as View
  const answered = { state: 'ok', records: 1, octets: 2, lagSeconds: 3, oldest: undefined } as unknown as StoreStats
  const { state, lagSeconds, waiting, dropped } = storeStatus(view, answered)
  assert.deepEqual([state, lagSeconds, waiting, dropped], ['disk-full', 60, 236_080, 7])
})
