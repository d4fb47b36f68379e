import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { linkCost } from '../src/cost.ts'
import { expectedExcess, expectedLinkCost } from '../src/risk.ts'

const load = fc.double({ min: 0, max: 1000, noNaN: true })
const scale = fc.double({ min: 1e-6, max: 300, noNaN: true })

describe('the expected excess', () => {
  test('is that of the logistic distribution', () => {
    for (const [mean, width] of [
      [0, 1],
      [-3, 1],
      [2, 0.5],
      [-10, 4],
    ] as const) {
      let sum = 0
      const parts = 20_000
      // Means over equal parts of the probability, by the quantile function.
      for (let part = 0; part < parts; part++) {
        const p = (part + 0.5) / parts
        sum += Math.max(0, mean + width * Math.log(p / (1 - p)))
      }
      const exact = sum / parts
      assert.ok(Math.abs(expectedExcess(mean, width) - exact) < 1e-3, `${mean}, ${width}: ${exact}`)
    }
  })

  test('is at least the excess of the mean, and grows with the scale', () => {
    fc.assert(
      fc.property(fc.double({ min: -1000, max: 1000, noNaN: true }), scale, scale, (mean, one, other) => {
        const [less, more] = [expectedExcess(mean, Math.min(one, other)), expectedExcess(mean, Math.max(one, other))]
        assert.ok(less >= Math.max(0, mean) && more >= less - 1e-9, `${less}, ${more}`)
      }),
    )
  })
})

describe('the expected cost of a link', () => {
  const sure = { common: 0, halvings: 0 }

  test('is the cost itself where the load is known', () => {
    fc.assert(
      fc.property(load, load, (mean, capacity) => {
        const cost = expectedLinkCost(mean, 0, { capacity, losable: 1 }, sure)
        assert.ok(Math.abs(cost - linkCost(mean, capacity, 0.8 * capacity)) < 1e-3)
      }),
    )
  })

  test('rises ever faster with the load, so that spreading it pays', () => {
    fc.assert(
      fc.property(load, load, load, (a, b, variance) => {
        const risk = { common: 0.03, halvings: 0.5 }
        const at = (mean: number): number => expectedLinkCost(mean, variance, { capacity: 300, losable: 1 / 288 }, risk)
        assert.ok(at((a + b) / 2) <= (at(a) + at(b)) / 2 + 1e-6)
      }),
    )
  })

  test('counts what a link would lose with half of its capacity, while it has all of it', () => {
    const risk = { common: 0, halvings: 0.5 }
    const cost = (losable: number): number => expectedLinkCost(70, 0, { capacity: 100, losable }, risk)
    assert.ok(Math.abs(cost(1 / 288) - cost(0) - (100 * 0.5 * 20) / 288) < 1e-6)
  })
})
