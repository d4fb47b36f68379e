import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ConformalBound, warmUpResiduals } from '../src/forecast/conformal.ts'

/** Uniform numbers in [-1, 1), always the same. */
function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}

/** Part of the residuals after the warm-up that stayed below the bound. */
function coverageOf(residuals: readonly number[], leastSize = 1e-3): number {
  const bound = new ConformalBound(leastSize)
  let covered = 0
  let steps = 0
  for (const residual of residuals) {
    if (bound.margin !== undefined) {
      steps++
      if (residual <= bound.margin) covered++
    }
    bound.learn(residual)
  }
  return covered / steps
}
const series = (length: number, at: (step: number, random: () => number) => number): number[] => {
  const random = noise(7)
  return Array.from({ length }, (_, step) => at(step, random))
}

describe('the online conformal bound', () => {
  for (const [what, residuals] of Object.entries({
    'that do not change': series(5000, (_, random) => random()),
    'that grow tenfold': series(5000, (step, random) => random() * (1 + (9 * step) / 5000)),
    'that jump tenfold': series(5000, (step, random) => random() * (step < 2500 ? 1 : 10)),
    'with a daily rhythm': series(
      10_080,
      (step, random) =>
        Math.sin((2 * Math.PI * step) / 1440) + random() * (1.2 + Math.cos((2 * Math.PI * step) / 1440)),
    ),
    'that shrink to nothing': series(5000, (step, random) => random() * Math.exp(-step / 300)),
  })) {
    test(`19 of 20 residuals ${what} stay below it`, () => {
      const coverage = coverageOf(residuals)
      assert.ok(coverage > 0.935 && coverage < 0.97, `${coverage}`)
    })
  }

  test('there is none until 60 residuals are known, and then it is their 95 % quantile', () => {
    const bound = new ConformalBound(1e-3)
    for (let step = 0; step < warmUpResiduals; step++) {
      assert.equal(bound.margin, undefined)
      bound.learn(step)
    }
    assert.equal(bound.margin, 56)
  })

  test('a truth that was cut off teaches upwards only, and not in the warm-up', () => {
    const bound = new ConformalBound(1e-3)
    for (let step = 0; step < 2 * warmUpResiduals; step++) bound.learn(1, 'at least')
    assert.equal(bound.margin, undefined)
    for (let step = 0; step < warmUpResiduals; step++) bound.learn(1)
    bound.learn(-5, 'at least')
    assert.deepEqual(bound.state().margin, 1)
    bound.learn(5, 'at least')
    assert.ok(bound.state().margin > 1)
  })

  test('one outlier moves it by a twentieth of what is usual, however large it is', () => {
    const bound = new ConformalBound(1e-3)
    for (let step = 0; step < warmUpResiduals; step++) bound.learn(1)
    bound.learn(1e12)
    assert.ok(bound.margin! < 1.06, `${bound.margin}`)
  })

  test('it is a finite number whatever comes, and goes on from its state as if nothing had been', () => {
    const residual = fc.oneof(
      fc.double({ min: -1e300, max: 1e300 }),
      fc.constantFrom(NaN, Infinity, -Infinity),
      fc.double({ min: -1, max: 1, noNaN: true }),
    )
    const known = fc.constantFrom('exactly' as const, 'at least' as const)
    fc.assert(
      fc.property(fc.array(fc.tuple(residual, known), { minLength: 50, maxLength: 200 }), fc.nat(200), (all, cut) => {
        const whole = new ConformalBound(1e-3)
        let restarted: ConformalBound | undefined = new ConformalBound(1e-3)
        for (const [step, one] of all.entries()) {
          if (step === cut) restarted = ConformalBound.restore(1e-3, JSON.parse(JSON.stringify(restarted!.state())))
          whole.learn(...one)
          restarted!.learn(...one)
          assert.ok(whole.margin === undefined || Number.isFinite(whole.margin))
        }
        assert.equal(JSON.stringify(restarted!.state()), JSON.stringify(whole.state()))
      }),
    )
  })

  test('a broken state restores nothing', () => {
    const good = new ConformalBound(1).state()
    const size = '1'
    for (const state of [null, 5, {}, { ...good, size }, { ...good, margin: null }, { ...good, residuals: [NaN] }])
      assert.equal(ConformalBound.restore(1, state), undefined)
    assert.ok(ConformalBound.restore(1, good))
  })
})
