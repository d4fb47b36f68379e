import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { partsOfSum, tierForSteps, tierForSum } from '../src/query/tier-choice.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const now = 3000 * day
const reach = { raw: now - day, minute: now - 7 * day, 'five-minutes': now - 90 * day, hour: now - 1825 * day }
const empty = { raw: 0, minute: 0, 'five-minutes': 0, hour: 0 }

describe('the tier of a series', () => {
  const tier = (ago: number, step: number): unknown => {
    const choice = tierForSteps({ from: now - ago, to: now }, step, reach)
    return [choice.tier, choice.step]
  }

  test('is the coarsest with the resolution of the step', () => {
    assert.deepEqual(tier(hour, 10_000), ['raw', 10_000])
    assert.deepEqual(tier(hour, minute), ['minute', minute])
    assert.deepEqual(tier(hour, 2 * minute), ['minute', 2 * minute])
    assert.deepEqual(tier(day, 15 * minute), ['five-minutes', 15 * minute])
    assert.deepEqual(tier(day, 2 * hour), ['hour', 2 * hour])
  })

  test('is a coarser one, with its own step, when the finer was removed', () => {
    assert.deepEqual(tier(8 * day, 2 * minute), ['five-minutes', 5 * minute])
    assert.deepEqual(tier(100 * day, 30 * minute), ['hour', hour])
    assert.deepEqual(tier(2 * day, 30_000), ['minute', minute])
  })

  test('is the one that reaches farthest when none reaches far enough', () => {
    assert.deepEqual(tier(2000 * day, 7 * day), ['hour', 7 * day])
    assert.deepEqual(tier(2000 * day, 7 * day + minute), ['hour', 7 * day + hour])
  })

  test('is the coarsest while nothing was removed', () => {
    assert.deepEqual(tierForSteps({ from: 0, to: now }, day, empty), { tier: 'hour', step: day })
  })

  test('a step that is too short is refused', () => {
    assert.throws(() => tier(hour, 500), { name: 'RangeError', message: /at least 1000/ })
    assert.throws(() => tier(10 * day, 60_000), { name: 'RangeError', message: /at most 10000/ })
  })
})

describe('the tier of a sum', () => {
  const tier = (from: number, to: number): string => tierForSum({ from, to }, reach).tier

  test('is single records for a short window of any length', () => {
    assert.equal(tier(now - 90_500, now - 500), 'raw')
  })

  test('is the coarsest rollup with whole buckets in the window', () => {
    assert.equal(tier(now - 5 * minute, now), 'five-minutes')
    assert.equal(tier(now - 3 * minute, now), 'minute')
    assert.equal(tier(now - hour, now), 'hour')
  })

  test('comes from single records in the bucket in which the window ends, while they are kept', () => {
    const parts = (from: number, to: number): unknown => {
      const { rollup, records, ...window } = partsOfSum({ from, to }, tierForSum({ from, to }, reach), reach)
      return [window, rollup, records]
    }
    const [from, to] = [now - 2 * day - 1000, now - 1000]
    const [first, last] = [now - 2 * day - minute, now - minute]
    assert.deepEqual(parts(from, to), [
      { from: first, to },
      { from: first, to: last },
      { from: last, to },
    ])
    const old = { from: first, to: now - day - 2 * minute }
    assert.deepEqual(parts(from, old.to - 1), [old, old, undefined], 'they are not kept')
    assert.deepEqual(parts(to - 1000, to), [{ from: to - 1000, to }, undefined, { from: to - 1000, to }])
  })

  test('is a rollup for a long window, and for one whose records were removed', () => {
    assert.equal(tier(now - 5 * hour - 1, now), 'minute')
    assert.equal(tier(now - 2 * day - 1, now - 2 * day + 1000), 'minute')
    assert.equal(tier(now - 2000 * day - 1, now), 'hour')
  })
})
