import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { summaryOf, sumOfSeries } from '../src/series.ts'

describe('the summary of a series', () => {
  test('counts what is known only', () => {
    assert.deepEqual(summaryOf([null, 4, 2, null, 6, null]), { min: 2, max: 6, last: 6, average: 4, percentile95: 6 })
  })
  test('takes the 95th percentile by nearest rank, as carriers bill', () => {
    const series = Array.from({ length: 100 }, (_, index) => 100 - index)
    assert.equal(summaryOf(series)?.percentile95, 95)
    assert.equal(summaryOf([7])?.percentile95, 7)
  })
  test('is absent where nothing is known', () => assert.equal(summaryOf([null, null]), undefined))
})

test('a sum of series is known where any of them is', () => {
  assert.deepEqual(
    sumOfSeries([
      [1, null, null],
      [2, 3, null],
    ]),
    [3, 3, null],
  )
  assert.deepEqual(sumOfSeries([]), [])
})
