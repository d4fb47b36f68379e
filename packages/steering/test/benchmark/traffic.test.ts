import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { periodsOf, stepsOf } from '../../src/benchmark/index.ts'
import { matricesOf } from '../fixture.ts'

/** Two nodes; `pairs` are the two entries off the diagonal. */
const matrices = (pairs: readonly (readonly [number, number])[]) => ({
  nodes: 2,
  values: Float32Array.from(pairs.flatMap(([there, back]) => [7, there, back, 7])),
})

describe('periods of traffic', () => {
  test('have a prefix for each pair with traffic, and none within a node', () => {
    const steady = matrices(Array.from({ length: 8 }, () => [1, 0] as const))
    const { training, test: other } = periodsOf(steady, matrices([[3, 4]]))
    assert.equal(training.prefixes, 1)
    assert.deepEqual([...other.load], [3])
    const { training: all } = periodsOf(matricesOf(5, 10, 1), matricesOf(5, 10, 2))
    assert.equal(all.prefixes, 20)
  })

  test('repeat the step before an implausible one; the first becomes the median', () => {
    const noisy = matrices([
      [900, 900],
      [1, 1],
      [2, 1],
      [0.1, 0.1],
      [800, 1],
      [1, 2],
    ])
    const { test: cleaned } = periodsOf(matrices([[1, 1]]), noisy)
    // Totals 1800, 2, 3, .2, 801, 3: the median by nearest rank is 3.
    assert.deepEqual([...cleaned.load], [1.5, 1.5, 1, 1, 2, 1, 2, 1, 2, 1, 1, 2])
  })

  test('can be parts of one set', () => {
    const part = stepsOf(
      matrices([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      1,
      3,
    )
    assert.deepEqual([...periodsOf(part, part).test.load], [3, 4, 5, 6])
  })

  test('are refused when they are not whole, or of other nodes', () => {
    const two = matrices([[1, 1]])
    assert.throws(
      () => periodsOf({ nodes: 2, values: new Float32Array(5) }, two),
      /whole matrices of 2 × 2 values, got 5 values/,
    )
    assert.throws(() => periodsOf({ nodes: 2, values: new Float32Array(0) }, two), /got 0 values/)
    assert.throws(() => periodsOf(two, matricesOf(3, 1, 1)), /the same nodes, got 2 and 3/)
  })
})
