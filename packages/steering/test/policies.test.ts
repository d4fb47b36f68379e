import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  createFlapAware,
  createHotPotato,
  createSearchPolicy,
  createStateless,
  createThresholdRule,
  moveBudget,
} from '../src/index.ts'
import { observationOf } from './fixture.ts'

test('hot potato asks for the preferred links', () => {
  const seen = observationOf([50, 60], { assignment: Int32Array.of(1, 2) })
  assert.deepEqual([...createHotPotato().decide(seen)], [0, 0])
})

describe('stateless overload control', () => {
  test('moves the heaviest prefixes to the nearest link with room, until the link is below the threshold', () => {
    const seen = observationOf([40, 50, 30], { capacity: Float64Array.of(100, 45, 100) })
    // 50 has no room on link 1.
    assert.deepEqual([...createStateless(0.9).decide(seen)], [0, 2, 0])
  })

  test('forgets its moves: what fits is back on its preferred link at once', () => {
    const seen = observationOf([40, 40, 0], { assignment: Int32Array.of(0, 2, 1) })
    assert.deepEqual([...createStateless(0.9).decide(seen)], [0, 0, 0])
  })

  test('takes the next prefix where one does not comply', () => {
    const seen = observationOf([40, 50, 30], { complies: Uint8Array.of(1, 0, 1) })
    assert.deepEqual([...createStateless(0.9).decide(seen)], [1, 0, 0])
  })
})

describe('the threshold rule', () => {
  const rule = createThresholdRule({ high: 0.9, low: 0.5 })

  test('moves what relieves the link most for its delay', () => {
    assert.deepEqual([...rule.decide(observationOf([20, 40, 50]))], [1, 0, 0])
  })

  test('leaves a prefix where it is between the thresholds, and brings it home below the lower one', () => {
    const away = { assignment: Int32Array.of(0, 1) }
    assert.deepEqual([...rule.decide(observationOf([40, 20], away))], [0, 1])
    assert.deepEqual([...rule.decide(observationOf([20, 20], away))], [0, 0])
  })

  test('moves nothing where every other link would be above the threshold', () => {
    const seen = observationOf([60, 50, 85, 85], {
      assignment: Int32Array.of(0, 0, 1, 2),
      preferred: Int32Array.of(0, 0, 1, 2),
    })
    assert.deepEqual([...rule.decide(seen)], [0, 0, 1, 2])
  })

  test('takes a farther link where the next one has no room', () => {
    assert.deepEqual([...rule.decide(observationOf([50, 45, 60], { assignment: Int32Array.of(0, 0, 1) }))], [2, 0, 1])
  })

  test('moves no more than the budget', () => {
    const loads = Array.from({ length: 100 }, () => 1)
    const wish = rule.decide(observationOf(loads))
    assert.equal(wish.filter((link) => link !== 0).length, moveBudget)
  })
})

describe('local search', () => {
  const constants = { threshold: 0.8, price: 0.01, factor: 1 }

  test('leaves a link that is just below the threshold, and relieves it when more is hidden', () => {
    const full = observationOf([20, 20, 20, 20, 20])
    assert.equal(full.saturated[0], 1)
    const moved = (factor: number): number =>
      createSearchPolicy({ ...constants, factor })
        .decide(full)
        .filter((link) => link !== 0).length
    assert.equal(moved(1), 1)
    assert.equal(moved(1.5), 3)
  })

  test('is as steady as its price', () => {
    const seen = observationOf([40, 42])
    assert.deepEqual([...createSearchPolicy(constants).decide(seen)], [1, 0])
    assert.deepEqual([...createSearchPolicy({ ...constants, price: 1 }).decide(seen)], [0, 0])
  })

  test('that is aware of flaps leaves what moved a moment ago, and moves it later', () => {
    // Link 0 is above its threshold by 8 of 100: 0.8 of cost at most, less the delay of a third of half the traffic.
    const loads = [82, 18]
    const given = { assignment: Int32Array.of(0, 1), preferred: Int32Array.of(0, 1) }
    const delay = Float64Array.of(0, 0.195, 1, 1, 0, 1)
    const capacity = Float64Array.of(100, 200, 10)
    const decide = (lastMove: number) =>
      createFlapAware({ ...constants, price: 0.03 }).decide(
        observationOf(loads, { ...given, delay, capacity, lastMove: Int32Array.of(lastMove, 0) }),
      )
    assert.deepEqual([...decide(100 - 12)], [1, 1])
    assert.deepEqual([...decide(100 - 11)], [0, 1])
  })
})
