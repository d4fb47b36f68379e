import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Link } from '@vagus/api'
import { busiestFirst, currentLinks } from '../../src/figures/current-load.ts'

const load = (bitsPerSecond: number, from: 'counters' | 'flows', coverage: number | null): Link['aToZ'] => ({
  bitsPerSecond,
  utilisation: bitsPerSecond / 100,
  fromFlows: from === 'flows' ? bitsPerSecond : null,
  fromCounters: from === 'counters' ? bitsPerSecond : null,
  coverage,
})
const link = (name: string, aToZ: Link['aToZ'], zToA: Link['zToA'], state: Link['state'] = 'up'): Link => ({
  name,
  a: { node: 'a', interface: null },
  z: { node: 'z', interface: null },
  capacity: 100,
  state,
  aToZ,
  zToA,
})

test('a direction with counters shows what it carries now, one without keeps its mean', () => {
  const mean = link('x', load(20, 'counters', 0.98), load(30, 'flows', null))
  const now = link('x', load(95, 'counters', 0.4), load(2, 'flows', null), 'down')
  const [shown] = currentLinks([now], [mean])
  assert.equal(shown!.aToZ.bitsPerSecond, 95)
  assert.equal(shown!.zToA.bitsPerSecond, 30)
  assert.equal(shown!.state, 'down')
})

test('coverage is that of the window: flows of the last seconds are still on their way', () => {
  const mean = link('x', load(20, 'counters', 0.98), load(20, 'counters', 0.97))
  const now = link('x', load(95, 'counters', 0.4), load(95, 'counters', null))
  const [shown] = currentLinks([now], [mean])
  assert.deepEqual([shown!.aToZ.coverage, shown!.zToA.coverage], [0.98, 0.97])
})

test('until the present is known the means stand for it', () => {
  const mean = link('x', load(20, 'counters', 0.98), load(30, 'flows', null))
  assert.deepEqual(currentLinks([], [mean]), [mean])
})

test('links keep their order by means through small bursts, and one that fills up goes to the top', () => {
  const quiet = (name: string, bits: number): Link => link(name, load(bits, 'counters', 1), load(1, 'counters', 1))
  const unknown = link(
    'u',
    { ...load(0, 'flows', null), utilisation: null },
    { ...load(0, 'flows', null), utilisation: null },
  )
  const means = [quiet('a', 20), quiet('b', 30), quiet('c', 10), unknown]
  const names = (current: readonly Link[]): string[] => busiestFirst(current, means).map(({ name }) => name)
  assert.deepEqual(names(means), ['b', 'a', 'c', 'u'])
  assert.deepEqual(names([quiet('a', 60), quiet('b', 5), quiet('c', 40), unknown]), ['b', 'a', 'c', 'u'])
  assert.deepEqual(names([quiet('a', 60), quiet('b', 5), quiet('c', 95), unknown]), ['c', 'b', 'a', 'u'])
})
