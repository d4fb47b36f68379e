import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createRandom, normal } from '../../src/random.ts'
import { leastForInterval, summaryOf } from '../../src/repeat/summary.ts'

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 })

describe('a figure of several runs', () => {
  test('has the median between least and most, and an interval around it from six runs on', () => {
    fc.assert(
      fc.property(values, (all) => {
        const { median, least, most, interval, count } = summaryOf(all)!
        assert.ok(least <= median && median <= most)
        assert.equal(count, all.length)
        assert.equal(interval !== null, all.length >= leastForInterval)
        if (interval !== null) assert.ok(least <= interval[0] && interval[0] <= interval[1] && interval[1] <= most)
      }),
      { numRuns: 20 },
    )
  })

  test('leaves out runs that do not have it, and is null when none has', () => {
    assert.deepEqual(summaryOf([null, 3, null, 5])!.all, [3, 5])
    assert.equal(summaryOf([null, null]), null)
  })

  test('has the same interval for the same values', () => {
    const all = [3, 1, 4, 1, 5, 9, 2, 6]
    assert.deepEqual(summaryOf(all), summaryOf(all))
    assert.deepEqual(summaryOf([7, 7, 7, 7, 7, 7])!.interval, [7, 7])
  })

  test('has as interval the values of those ranks that tables of the binomial distribution name', () => {
    const ranks = [6, 8, 9, 10, 12, 15, 20, 30, 50, 100, 1000].map((count) => {
      const [low, high] = summaryOf(Array.from({ length: count }, (_, at) => at + 1))!.interval!
      return [count, low, high]
    })
    assert.deepEqual(ranks, [
      [6, 1, 6],
      [8, 1, 8],
      [9, 2, 8],
      [10, 2, 9],
      [12, 3, 10],
      [15, 4, 12],
      [20, 6, 15],
      [30, 10, 21],
      [50, 18, 33],
      [100, 40, 61],
      [1000, 469, 532],
    ])
  })

  test('covers the true median of a known distribution in 95 of 100 experiments at least, of few runs, too', () => {
    const random = createRandom('coverage')
    const experiments = 2000
    for (const count of [6, 8, 12, 20]) {
      let covered = 0
      for (let experiment = 0; experiment < experiments; experiment++) {
        const [low, high] = summaryOf(Array.from({ length: count }, () => 10 + normal(random)))!.interval!
        if (low <= 10 && 10 <= high) covered++
      }
      // Three standard deviations below 95 %.
      assert.ok(covered / experiments >= 0.935, `of ${count} runs: ${covered} of ${experiments}`)
    }
  })
})
