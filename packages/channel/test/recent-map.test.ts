import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecentMap } from '../src/resumption/recent-map.ts'

test('what came lately stays, at least half of the limit, and never more than the limit', () => {
  const recent = new RecentMap<number>(8)
  for (let now = 0; now < 100; now++) {
    recent.set(`${now}`, now)
    const kept = Array.from({ length: now + 1 }, (_, value) => value).filter(
      (value) => recent.get(`${value}`) === value,
    )
    assert.ok(kept.length <= 8)
    const least = Math.min(now + 1, 4)
    assert.deepEqual(
      kept.slice(-least),
      Array.from({ length: least }, (_, index) => now + 1 - least + index),
    )
  }
})

test('a value that is set again is the newer one, also where the older one is about to go', () => {
  const recent = new RecentMap<string>(4)
  recent.set('a', 'first')
  recent.set('b', 'first') // these are the older half now
  recent.set('a', 'second')
  assert.equal(recent.get('a'), 'second')
  recent.set('c', 'first')
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => recent.get(name)),
    ['second', undefined, 'first'],
  )
})
