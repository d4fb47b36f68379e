import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { moveBudget } from '../src/observation.ts'
import { createExpectedCostPolicy, expectedCostConstants } from '../src/policies/expected-cost.ts'
import { createRandom } from '../src/random.ts'
import { observationOf } from './fixture.ts'

const moves = (before: Int32Array, after: Int32Array): number =>
  [...before].filter((link, prefix) => link !== after[prefix]).length

describe('the policy that expects costs', () => {
  test('leaves a border with room for everything as it is', () => {
    const policy = createExpectedCostPolicy()
    const loads = [10, 8, 6, 4]
    for (let step = 0; step < 50; step++) {
      const seen = observationOf(loads, { step })
      assert.deepEqual(policy.decide(seen), seen.assignment)
    }
  })

  test('relieves a link at once when that loses half of its capacity', () => {
    const policy = createExpectedCostPolicy()
    const loads = [12, 11, 10, 9, 8]
    for (let step = 0; step < 50; step++) policy.decide(observationOf(loads, { step }))
    const seen = observationOf(loads, { step: 50, capacity: Float64Array.of(50, 100, 100) })
    const wish = policy.decide(seen)
    const left = loads.reduce((sum, own, prefix) => (wish[prefix] === 0 ? sum + own : sum), 0)
    assert.ok(left < 45, `${left} of 50 would stay`)
  })

  test('moves nothing where moves cost more than they could pay', () => {
    const seen = observationOf([70, 40, 20])
    const decide = (price: number): Int32Array =>
      createExpectedCostPolicy({ ...expectedCostConstants, price }).decide(seen)
    assert.equal(moves(seen.assignment, decide(1000)), 0)
    assert.ok(moves(seen.assignment, decide(expectedCostConstants.price)) > 0)
  })

  test('keeps more room beside a prefix that bursts than beside a steady one', () => {
    const after = (burst: number): number => {
      const policy = createExpectedCostPolicy()
      let wish = new Int32Array(4)
      for (let step = 0; step < 60; step++)
        wish = policy.decide(
          observationOf([30, 14, 13, step % 12 === 5 ? burst : 13], { step, stepsPerDay: 288 }),
        ) as Int32Array<ArrayBuffer>
      return moves(new Int32Array(4), wish)
    }
    assert.equal(after(13), 0)
    assert.ok(after(45) > 0)
  })

  test('remembers of one border nothing in another', () => {
    const first = createExpectedCostPolicy()
    for (let step = 0; step < 50; step++) first.decide(observationOf([90, 80, 70], { step }))
    const seen = observationOf([40, 30, 20], { step: 0 })
    assert.deepEqual(createExpectedCostPolicy().decide(seen), createExpectedCostPolicy().decide(seen))
  })

  test('wishes links that exist, few moves, and none of prefixes that do not comply', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const draw = createRandom(seed)
        const policy = createExpectedCostPolicy()
        let assignment = new Int32Array(30)
        const complies = Uint8Array.from({ length: 30 }, () => (draw() < 0.8 ? 1 : 0))
        for (let step = 0; step < 20; step++) {
          const loads = Array.from({ length: 30 }, () => 20 * draw() ** 4)
          const capacity = Float64Array.from({ length: 3 }, () => (draw() < 0.1 ? 0 : 20 + 60 * draw()))
          const visible = Uint8Array.from({ length: 30 }, () => (draw() < 0.6 ? 1 : 0))
          const wish = policy.decide(observationOf(loads, { step, assignment, complies, capacity, visible }))
          assert.ok(wish.every((link) => link >= 0 && link < 3))
          assert.ok(moves(assignment, wish) <= moveBudget)
          for (let prefix = 0; prefix < 30; prefix++)
            if (complies[prefix] === 0) assert.equal(wish[prefix], assignment[prefix])
          assignment = Int32Array.from(wish)
        }
      }),
      { numRuns: 30 },
    )
  })
})
