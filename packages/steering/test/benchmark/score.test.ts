import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compare, gapClosed, run, searchGrid, thresholdGrid, tune, worstDay } from '../../src/benchmark/index.ts'
import { createThresholdRule } from '../../src/index.ts'
import { worldsOf } from '../fixture.ts'

test('the gap closed is 0 for the rule, 1 for the oracle, and negative below the rule', () => {
  assert.deepEqual(
    [4, 2, 3, 5].map((cost) => gapClosed(cost, 4, 2)),
    [0, 1, 0.5, -0.5],
  )
})

describe('a comparison', () => {
  test('counts the seeds that are better, and pairs them', () => {
    const { seeds, wins, gain, error } = compare([1, 2, 3, 4], [2, 2, 5, 3])
    // Gains 1, 0, 2 and -1: mean 0.5, variance 5/3.
    assert.deepEqual([seeds, wins, gain], [4, 2, 0.5])
    assert.ok(Math.abs(error - Math.sqrt(5 / 3 / 4)) < 1e-12)
    assert.ok(Number.isNaN(compare([1], [2]).error))
  })

  test('is of the same seeds', () => {
    assert.throws(() => compare([1], [1, 2]), /of the same seeds, got 1 and 2/)
    assert.throws(() => compare([], []), RangeError)
  })
})

test('the worst day is the day with the highest ratio, also when it is cut off', () => {
  const others = Float64Array.of(1, 1, 1, 1, 1)
  assert.equal(worstDay(Float64Array.of(4, 0, 1, 1, 1), others, 2), 2)
  assert.equal(worstDay(Float64Array.of(1, 1, 1, 1, 3), others, 2), 3)
})

describe('tuning', () => {
  test('takes what costs least over its worlds, and the first of equals', () => {
    const worlds = [worldsOf(1).training, worldsOf(2).training]
    const grid = [0.7, 0.8, 0.9].map((high) => ({ high, low: 0.5 }))
    const costOf = (entry: (typeof grid)[number]): number =>
      worlds.reduce((sum, world) => sum + run(world, createThresholdRule(entry)).cost, 0)
    const best = tune(createThresholdRule, grid, worlds)
    assert.ok(grid.every((entry) => costOf(best) <= costOf(entry)))
    assert.equal(
      tune(() => createThresholdRule(grid[0]!), grid, worlds),
      grid[0],
    )
    assert.throws(() => tune(createThresholdRule, [], worlds), /at least one entry/)
  })

  test('has grids of 29 rules and 60 searches', () => {
    assert.deepEqual([thresholdGrid.length, searchGrid.length], [29, 60])
    assert.ok(thresholdGrid.every(({ high, low }) => low < high))
  })
})
