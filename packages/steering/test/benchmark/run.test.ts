import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { meanFigures, run, type World } from '../../src/benchmark/index.ts'
import {
  createFlapAware,
  createHotPotato,
  createSearchPolicy,
  flapSteps,
  handSetConstants,
  moveBudget,
  type Observation,
  type Policy,
} from '../../src/index.ts'
import { createRandom } from '../../src/random.ts'
import { worldsOf } from '../fixture.ts'

/** Wishes at random, some of them for the present link; and looks at each step. */
const restless = (seed: number, look: (seen: Observation, wish: Int32Array) => void): Policy => {
  const random = createRandom(seed)
  return {
    decide(seen) {
      const wish = seen.assignment.map((link) => (random() < 0.05 ? Math.floor(random() * seen.links) : link))
      look(seen, wish)
      return wish
    },
  }
}
const seeds = { numRuns: 10 }

describe('a run', () => {
  test('shows a border as its router sees it: never above capacity, and in sum as sent where nothing is lost', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const world = worldsOf(seed % 100).test
        run(
          world,
          restless(seed, ({ step, load, capacity, saturated, estimate, assignment }) => {
            const sums = new Float64Array(world.links)
            const sent = new Float64Array(world.links)
            assignment.forEach((link, prefix) => {
              sums[link]! += estimate[prefix]!
              sent[link]! += world.load[step * world.prefixes + prefix]!
            })
            for (let link = 0; link < world.links; link++) {
              assert.equal(capacity[link], world.capacity[step * world.links + link])
              assert.ok(load[link]! <= capacity[link]!)
              assert.equal(saturated[link] === 1, sent[link]! >= capacity[link]!)
              if (saturated[link] === 0) assert.ok(Math.abs(load[link]! - sent[link]!) < 1e-9)
              assert.ok(Math.abs(sums[link]! - load[link]!) < 1e-6 * (1 + load[link]!))
            }
          }),
        )
      }),
      seeds,
    )
  })

  test('carries out the first moves up to the budget; who does not comply stays, and is known from then on', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const world = worldsOf(seed % 100).test
        let expected = Int32Array.from(world.preferred)
        const asked = new Set<number>()
        let moves = 0
        const { moves: mean, costs } = run(
          world,
          restless(seed, ({ assignment, complies, lastMove, step }, wish) => {
            assert.deepEqual(assignment, expected)
            for (let prefix = 0; prefix < world.prefixes; prefix++) {
              assert.equal(complies[prefix] === 0, asked.has(prefix) && world.complies[prefix] === 0)
              assert.ok(lastMove[prefix]! < step)
            }
            const changed = [...wish.keys()]
              .filter((prefix) => wish[prefix] !== assignment[prefix])
              .slice(0, moveBudget)
            moves += changed.length
            for (const prefix of changed) asked.add(prefix)
            expected = assignment.map((link, prefix) =>
              changed.includes(prefix) && world.complies[prefix] === 1 ? wish[prefix]! : link,
            )
          }),
        )
        assert.ok(Math.abs(mean - moves / costs.length) < 1e-9)
      }),
      seeds,
    )
  })

  test('charges a move, and a second one within twelve steps as a flap', () => {
    const world: World = { ...worldsOf(1).test, complies: new Uint8Array(90).fill(1), delay: new Float64Array(360) }
    const roomy = { ...world, capacity: world.capacity.map(() => 1e9) }
    const going = (times: readonly number[]): Policy => ({
      decide: ({ step, assignment }) =>
        times.includes(step) ? assignment.with(0, (assignment[0]! + 1) % 4) : assignment,
    })
    const chargeOf = (times: readonly number[]): number =>
      run(roomy, going(times)).costs.reduce((sum, each) => sum + each)
    assert.ok(Math.abs(chargeOf([5]) - 0.01) < 1e-12)
    assert.ok(Math.abs(chargeOf([5, 5 + flapSteps]) - 0.02) < 1e-12)
    assert.ok(Math.abs(chargeOf([5, 5 + flapSteps - 1]) - 0.04) < 1e-12)
  })

  test('pays for a decision one step later', () => {
    const world = worldsOf(1).test
    const { costs } = run(
      { ...world, complies: new Uint8Array(90).fill(1) },
      {
        decide: ({ step, assignment, preferred, links }) =>
          step === 10 ? assignment.with(0, (preferred[0]! + 1) % links) : assignment,
      },
    )
    const { costs: without } = run(world, createHotPotato())
    const differs = [...costs.keys()].filter((at) => costs[at] !== without[at])
    assert.equal(differs[0], 10) // at 10 stands what step 11 cost
  })

  test('gives the same figures again', () => {
    const world = worldsOf(4).test
    assert.deepEqual(run(world, createFlapAware(handSetConstants)), run(world, createFlapAware(handSetConstants)))
  })

  test('counts the steps in which a link was hot', () => {
    const world = worldsOf(1).test
    const shareAt = (capacity: number): number => {
      const worldAt = { ...world, capacity: world.capacity.map(() => capacity) }
      return run(worldAt, createHotPotato()).hotSteps
    }
    assert.deepEqual([1, 1e9].map(shareAt), [1, 0])
  })

  test('its cost is made of the parts that it reports', () => {
    const { cost, drop, hot, delay, moves, costs } = run(
      worldsOf(5).test,
      createSearchPolicy({ threshold: 0.8, price: 0.1, factor: 1.2 }),
    )
    const flaps = (cost - (100 * drop + 10 * hot + delay + 0.01 * moves)) / 0.02
    assert.ok(flaps > -1e-9 && flaps <= moves, `${flaps} flaps of ${moves} moves`)
    assert.ok(Math.abs(cost - costs.reduce((sum, each) => sum + each) / costs.length) < 1e-12)
  })
})

test('means are over runs, and of none there is no mean', () => {
  const runs = [1, 2].map((seed) => run(worldsOf(seed).test, createHotPotato()))
  assert.equal(meanFigures(runs).cost, (runs[0]!.cost + runs[1]!.cost) / 2)
  assert.throws(() => meanFigures([]), /at least one run/)
})
