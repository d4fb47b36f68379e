import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createRandom, normal } from '../../src/random.ts'
import { leastForInterval, summaryOf } from '../../src/repeat/summary.ts'

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 })

describe('a figure of several runs', () => {
  test('has the median between least and most, and an interval around it from five runs on', () => {
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
    assert.deepEqual(summaryOf([7, 7, 7, 7, 7])!.interval, [7, 7])
  })

  test('covers the true median of a known distribution in about 95 of 100 experiments', () => {
    const random = createRandom('coverage')
    let covered = 0
    const experiments = 40
    for (let experiment = 0; experiment < experiments; experiment++) {
      const [low, high] = summaryOf(Array.from({ length: 12 }, () => 10 + normal(random)))!.interval!
      if (low <= 10 && 10 <= high) covered++
    }
    // Of 40 experiments with 95 % each, fewer than 33 happen once in a thousand times.
    assert.ok(covered >= 33, `${covered} of ${experiments}`)
  })
})
