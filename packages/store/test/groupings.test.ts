import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupingFor, groupings, isWorthKeeping } from '../src/sealed/groupings.ts'

test('a query is answered from a grouping that has all its dimensions, or from none', () => {
  for (const [place, dimensions] of groupings.entries()) {
    assert.equal(groupingFor(dimensions), place)
    for (const one of dimensions) assert.equal(groupingFor([one]), place)
  }
  assert.equal(groupingFor(['dstAs', 'srcAs']), 3)
  assert.equal(groupingFor(['src', 'dst']), undefined)
  assert.equal(groupingFor(['srcPort']), undefined)
})

test('sums are kept when they are few compared with the records', () => {
  assert.equal(isWorthKeeping(1000, 1), true)
  assert.equal(isWorthKeeping(25_000, 100_000), true)
  assert.equal(isWorthKeeping(25_001, 100_000), false)
  assert.equal(isWorthKeeping(500_001, 16_000_000), false)
})
