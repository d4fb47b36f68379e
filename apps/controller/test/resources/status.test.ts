import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Link } from '@vagus/api'
import { linkCounts } from '../../src/resources/status.ts'

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
