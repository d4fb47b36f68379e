import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { timeAt, transferTime, wayOf, type WayLink } from '../../src/index.ts'

const link = (name: string, load: number | null, more: Partial<WayLink> = {}): WayLink => {
  const [a, z] = name.split('-') as [string, string]
  return { name, a, z, metric: 10, capacity: 10e6, aToZ: load, zToA: 0, isUp: true, ...more }
}
/** Sites x, y and w at routers p, q and r, which are a triangle. */
const triangle = [link('x-p', 0), link('p-q', 9e6), link('p-r', 1e6), link('r-q', 2e6), link('q-y', 0), link('r-w', 0)]
const linksOf = (links: readonly WayLink[], from: string, to: string): readonly string[] =>
  wayOf(links, from, to).map(({ link: name, direction }) => `${name} ${direction}`)

describe('the way of best effort', () => {
  test('is the shortest by metrics, in the directions in which it is passed', () => {
    assert.deepEqual(linksOf(triangle, 'x', 'y'), ['x-p a-z', 'p-q a-z', 'q-y a-z'])
    assert.deepEqual(linksOf(triangle, 'y', 'x'), ['x-p z-a', 'p-q z-a', 'q-y z-a'])
    const costly = triangle.map((one) => (one.name === 'p-q' ? { ...one, metric: 30 } : one))
    assert.deepEqual(linksOf(costly, 'x', 'y'), ['x-p a-z', 'p-r a-z', 'r-q a-z', 'q-y a-z'])
  })

  test('goes around a link that is down, and ends where nothing leads', () => {
    const cut = triangle.map((one) => (one.name === 'p-q' ? { ...one, isUp: false } : one))
    assert.deepEqual(linksOf(cut, 'x', 'y'), ['x-p a-z', 'p-r a-z', 'r-q a-z', 'q-y a-z'])
    for (const [from, to] of [
      ['x', 'nowhere'],
      ['nowhere', 'x'],
      ['x', 'x'],
    ] as const)
      // prettier-ignore
      assert.deepEqual(wayOf(triangle, from, to), [])
    const apart = triangle.filter(({ name }) => name !== 'q-y').concat(link('y-z', 0))
    assert.deepEqual(wayOf(apart, 'x', 'y'), [])
  })
})

describe('the time of a transfer', () => {
  test('is that of what is left on the fullest link of its way', () => {
    const { milliseconds, room, limit } = transferTime(1e6, wayOf(triangle, 'x', 'y'))
    assert.deepEqual([limit?.link, room], ['p-q', 1e6])
    assert.equal(milliseconds, Math.ceil(8e9 / (1e6 * 0.93)))
    assert.equal(transferTime(1e6, wayOf(triangle, 'x', 'w')).limit?.link, 'p-r')
  })

  test('cannot be told over a full link, one of unknown load, or without a way', () => {
    const times = (load: number | null): number | null =>
      transferTime(1e6, wayOf([link('x-p', 0), link('p-y', load)], 'x', 'y')).milliseconds
    assert.deepEqual([times(9.9e6), times(12e6), times(null)], [null, null, null])
    assert.deepEqual(transferTime(1e6, []), { milliseconds: null, room: null, limit: undefined })
    const { limit } = transferTime(1, wayOf([link('x-p', 10e6), link('p-y', null)], 'x', 'y'))
    assert.equal(limit?.link, 'p-y', 'what nobody knows is named before what is full')
  })

  test('grows with the octets and with the load, and is never below that of an empty link', () => {
    const load = fc.integer({ min: 0, max: 9_700_000 })
    const octets = fc.integer({ min: 1, max: 1e9 })
    fc.assert(
      fc.property(load, load, octets, octets, (one, other, some, more) => {
        const timeOf = (size: number, rate: number): number =>
          transferTime(size, wayOf([link('x-p', rate), link('p-y', 0)], 'x', 'y')).milliseconds!
        assert.ok(timeOf(some, Math.min(one, other)) <= timeOf(some, Math.max(one, other)))
        assert.ok(timeOf(some, one) <= timeOf(some + more, one))
        assert.ok(timeOf(some, one) >= timeAt(some, 10e6))
      }),
    )
  })
})
