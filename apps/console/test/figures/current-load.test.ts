import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Link } from '@vagus/api'
import { busiestFirst, currentLinks, downFirst } from '../../src/figures/current-load.ts'

const load = (bitsPerSecond: number, now: number | null, coverage: number | null = null): Link['aToZ'] => ({
  bitsPerSecond,
  utilisation: bitsPerSecond / 100,
  fromFlows: now === null ? bitsPerSecond : null,
  fromCounters: now === null ? null : bitsPerSecond,
  now,
  coverage,
})
const link = (name: string, aToZ: Link['aToZ'], zToA: Link['zToA']): Link => ({
  name,
  a: { node: 'a', interface: null },
  z: { node: 'z', interface: null },
  capacity: 100,
  state: 'up',
  aToZ,
  zToA,
})

test('a direction with counters shows what it carries now, one without keeps its mean', () => {
  const [shown] = currentLinks([link('x', load(20, 95, 0.98), load(30, null))])
  assert.deepEqual([shown!.aToZ.bitsPerSecond, shown!.aToZ.utilisation], [95, 0.95])
  assert.deepEqual([shown!.zToA.bitsPerSecond, shown!.zToA.utilisation], [30, 0.3])
})

test('coverage is that of the window: flows of the last seconds are still on their way', () => {
  assert.equal(currentLinks([link('x', load(20, 95, 0.98), load(20, 95))])[0]!.aToZ.coverage, 0.98)
})

test('links keep their order by means through small bursts, and one that fills up goes to the top', () => {
  const quiet = (name: string, bits: number): Link => link(name, load(bits, bits, 1), load(1, 1, 1))
  const unknown = link('u', { ...load(0, null), utilisation: null }, { ...load(0, null), utilisation: null })
  const means = [quiet('a', 20), quiet('b', 30), quiet('c', 10), unknown]
  const names = (current: readonly Link[]): string[] => busiestFirst(current, means).map(({ name }) => name)
  assert.deepEqual(names(means), ['b', 'a', 'c', 'u'])
  assert.deepEqual(names([quiet('a', 60), quiet('b', 5), quiet('c', 40), unknown]), ['b', 'a', 'c', 'u'])
  assert.deepEqual(names([quiet('a', 60), quiet('b', 5), quiet('c', 95), unknown]), ['c', 'b', 'a', 'u'])
})

test('in a list those that are down come first, the others as they were', () => {
  const links = ['a', 'b', 'c', 'd'].map((name) => link(name, load(1, 1), load(1, 1)))
  const some = links.map((each) =>
    each.name === 'b' || each.name === 'd' ? { ...each, state: 'down' as const } : each,
  )
  assert.deepEqual(
    downFirst(some).map(({ name }) => name),
    ['b', 'd', 'a', 'c'],
  )
})
