import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { oracle, run, runPlan, type World } from '../../src/benchmark/index.ts'
import { createFlapAware, handSetConstants } from '../../src/index.ts'
import { worldsOf } from '../fixture.ts'

const share = fc.double({ min: 0.05, max: 1, noNaN: true })

/** Few prefixes, two links and five steps: all plans can be tried. */
const tinyWorlds = (prefixes: number): fc.Arbitrary<World> =>
  fc
    .tuple(
      fc.array(share, { minLength: 5 * prefixes, maxLength: 5 * prefixes }),
      // Some delays are worth less than a move.
      fc.array(fc.oneof(share, fc.double({ min: 0, max: 0.01, noNaN: true })), {
        minLength: 2 * prefixes,
        maxLength: 2 * prefixes,
      }),
      fc.array(share, { minLength: 10, maxLength: 10 }),
      fc.array(fc.nat({ max: 1 }), { minLength: prefixes, maxLength: prefixes }),
    )
    .map(([load, delay, capacity, preferred]) => ({
      prefixes,
      links: 2,
      steps: 5,
      stepsPerDay: 5,
      load: Float64Array.from(load),
      delay: Float64Array.from(delay),
      preferred: Int32Array.from(preferred),
      complies: new Uint8Array(prefixes).fill(1),
      nominal: Float64Array.of(1, 1),
      capacity: Float64Array.from(capacity, (each) => each * prefixes),
    }))

/** The least cost of all plans. */
function leastCost(world: World): number {
  const bits = 4 * world.prefixes
  let least = Number.POSITIVE_INFINITY
  for (let plan = 0; plan < 2 ** bits; plan++) {
    const wishOf = (decision: number) =>
      Array.from({ length: world.prefixes }, (_, prefix) => (plan >> (decision * world.prefixes + prefix)) & 1)
    least = Math.min(least, runPlan(world, wishOf).cost)
  }
  return least
}

describe('the oracle', () => {
  test('finds the best plan of a single prefix', () => {
    fc.assert(
      fc.property(tinyWorlds(1), (world) => {
        assert.ok(Math.abs(oracle(world).run.cost - leastCost(world)) < 1e-9)
      }),
    )
  })

  test('is at most as good as the best plan of two, and no worse than staying on the preferred links', () => {
    fc.assert(
      fc.property(tinyWorlds(2), (world) => {
        const { cost } = oracle(world).run
        assert.ok(cost >= leastCost(world) - 1e-9)
        assert.ok(cost <= runPlan(world, () => world.preferred).cost + 1e-9)
      }),
      { numRuns: 30 },
    )
  })

  test('costs less than a policy that does not know the future, and moves nobody who does not comply', () => {
    for (const seed of [1, 2, 3]) {
      const world = worldsOf(seed).test
      assert.ok(oracle(world).run.cost < run(world, createFlapAware(handSetConstants)).cost)
      const nobody = { ...world, complies: new Uint8Array(world.prefixes) }
      assert.deepEqual(
        oracle(nobody).run,
        runPlan(nobody, () => world.preferred),
      )
    }
  })
})
