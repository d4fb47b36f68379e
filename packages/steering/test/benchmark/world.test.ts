import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createWorlds } from '../../src/benchmark/index.ts'
import { capacitiesOf } from '../../src/benchmark/border.ts'
import { periods, stepsPerDay, worldsOf } from '../fixture.ts'

describe('worlds', () => {
  test('are the same for a seed, and others for another', () => {
    assert.deepEqual(worldsOf(3), worldsOf(3))
    assert.notDeepEqual(worldsOf(3).test.delay, worldsOf(4).test.delay)
    assert.notDeepEqual(worldsOf(3).test.complies, worldsOf(4).test.complies)
  })

  test('of training and test share the border, not the traffic', () => {
    const { training, test: other } = worldsOf(1)
    for (const name of ['delay', 'preferred', 'complies', 'nominal'] as const)
      assert.deepEqual(training[name], other[name])
    assert.notDeepEqual(training.load.subarray(0, 90), other.load.subarray(0, 90))
  })

  test('have links by the given ratio, with room beyond the busiest training steps', () => {
    const { training } = createWorlds(periods, { stepsPerDay, seed: 1, room: 2, ratio: [3, 1], losses: 'none' })
    const totals = Array.from({ length: training.steps }, (_, step) =>
      training.load.subarray(step * 90, (step + 1) * 90).reduce((sum, each) => sum + each),
    )
    const [wide, narrow] = training.nominal
    assert.ok(Math.abs(wide! - 3 * narrow!) < 1e-9)
    assert.ok(wide! + narrow! > 1.9 * Math.max(...totals) && wide! + narrow! <= 2 * Math.max(...totals))
    assert.ok(training.capacity.every((each, at) => each === training.nominal[at % 2]))
  })

  test('prefixes prefer the nearest link', () => {
    const { prefixes, links, delay, preferred } = worldsOf(2).test
    for (let prefix = 0; prefix < prefixes; prefix++) {
      const own = delay.subarray(prefix * links, (prefix + 1) * links)
      assert.equal(own[preferred[prefix]!], Math.min(...own))
      assert.ok(own.every((each) => each >= 0 && each <= 1))
    }
  })

  test('about nine of ten prefixes comply', () => {
    const shares = Array.from(
      { length: 20 },
      (_, seed) => worldsOf(seed).test.complies.reduce((sum, each) => sum + each, 0) / 90,
    )
    const mean = shares.reduce((sum, each) => sum + each) / 20
    assert.ok(Math.abs(mean - 0.9) < 0.03, `${mean}`)
  })

  test('are refused with fewer than two links', () => {
    assert.throws(() => createWorlds(periods, { stepsPerDay, seed: 1, ratio: [1] }), /2 to 255 links, got 1/)
  })
})

describe('losses of capacity', () => {
  const nominal = Float64Array.of(4, 2)

  test('leave half for two to eight hours', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const capacity = capacitiesOf(nominal, 480, stepsPerDay, seed)
        for (const link of [0, 1]) {
          const lost = Array.from({ length: 480 }, (_, step) => capacity[step * 2 + link]! < nominal[link]!)
          lost.forEach((each, step) => assert.equal(capacity[step * 2 + link], nominal[link]! / (each ? 2 : 1)))
          const lengths = lost
            .map(String)
            .join(' ')
            .split('false')
            .map((part) => part.split('true').length - 1)
          // The last one may be cut off by the end.
          const whole = lost.at(-1) === true ? lengths.slice(0, -1) : lengths
          for (const length of whole) assert.ok(length === 0 || (length >= 4 && length <= 16), `${length} steps`)
        }
      }),
      { numRuns: 50 },
    )
  })

  test('come to about a tenth of the time', () => {
    // Every two days and a fifth of a day long: 5 hours of 53.
    const capacity = capacitiesOf(nominal, 100_000, stepsPerDay, 1)
    const lost = capacity.reduce((sum, each, at) => sum + (each < nominal[at % 2]! ? 1 : 0), 0) / capacity.length
    assert.ok(lost > 0.08 && lost < 0.11, `${lost}`)
  })
})
