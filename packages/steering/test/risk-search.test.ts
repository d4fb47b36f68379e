import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { expectedLinkCost } from '../src/risk.ts'
import { type RiskTerms, searchByRisk } from '../src/risk-search.ts'
import { observationOf } from './fixture.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const prefixes = 8
const many = <T>(each: fc.Arbitrary<T>, length = prefixes): fc.Arbitrary<T[]> =>
  fc.array(each, { minLength: length, maxLength: length })

const cases = fc
  .record({
    loads: many(fc.oneof(fc.constant(0), share)),
    deviations: many(share),
    delay: many(share, prefixes * 3),
    assignment: many(fc.nat({ max: 2 })),
    complies: many(fc.nat({ max: 1 })),
    capacity: many(fc.double({ min: 0.1, max: 4, noNaN: true }), 3),
    price: many(fc.double({ min: 0, max: 0.05, noNaN: true })),
    moveLimit: fc.nat({ max: prefixes }),
  })
  .map(({ loads, deviations, delay, assignment, complies, capacity, price, moveLimit }) => ({
    border: observationOf(loads, {
      delay: Float64Array.from(delay),
      assignment: Int32Array.from(assignment),
      complies: Uint8Array.from(complies),
    }),
    terms: {
      mean: Float64Array.from(loads),
      variance: Float64Array.from(deviations, (each, prefix) => (each * loads[prefix]!) ** 2),
      outlooks: capacity.map((each) => ({ capacity: each, losable: 1 / 96 })),
      price: Float64Array.from(price),
      common: 0.03,
      halvings: 0.5,
      moveLimit,
    } satisfies RiskTerms,
  }))

/** What the search lowers, added up anew. */
function costOf(border: ReturnType<typeof observationOf>, terms: RiskTerms, wish: Int32Array): number {
  const total = terms.mean.reduce((sum, each) => sum + each, 1e-9)
  let cost = 0
  for (let link = 0; link < 3; link++) {
    const on = (values: Float64Array): number =>
      values.reduce((sum, each, prefix) => (wish[prefix] === link ? sum + each : sum), 0)
    cost += expectedLinkCost(on(terms.mean), on(terms.variance), terms.outlooks[link]!, terms) / total
  }
  wish.forEach((link, prefix) => {
    cost += (terms.mean[prefix]! / total) * border.delay[prefix * 3 + link]!
    if (link !== border.assignment[prefix]) cost += terms.price[prefix]!
  })
  return cost
}

describe('the search by risk', () => {
  test('ends where no single change costs less, within its limit, and moves only those that comply', () => {
    fc.assert(
      fc.property(cases, ({ border, terms }) => {
        const wish = searchByRisk(border, terms)
        const moved = [...wish].filter((link, prefix) => link !== border.assignment[prefix]).length
        assert.ok(moved <= terms.moveLimit)
        const cost = costOf(border, terms, wish)
        assert.ok(cost <= costOf(border, terms, border.assignment) + 1e-9)
        for (let prefix = 0; prefix < prefixes; prefix++) {
          const present = border.assignment[prefix]!
          const mayMove = border.complies[prefix] === 1 && terms.mean[prefix]! > 0
          if (!mayMove) assert.equal(wish[prefix], present)
          if (!mayMove || (wish[prefix] === present && moved >= terms.moveLimit)) continue
          for (let link = 0; link < 3; link++)
            assert.ok(costOf(border, terms, wish.with(prefix, link)) >= cost - 1e-6, `prefix ${prefix} to ${link}`)
        }
      }),
    )
  })

  test('puts prefixes that burst where there is room, though as much is expected of the others', () => {
    const border = observationOf([70, 10, 10])
    const terms = {
      mean: Float64Array.of(70, 10, 10),
      variance: Float64Array.of(1, 1, 400),
      outlooks: [100, 100, 100].map((capacity) => ({ capacity, losable: 0 })),
      price: new Float64Array(3).fill(0.005),
      common: 0.03,
      halvings: 0,
      moveLimit: 1,
    }
    assert.deepEqual([...searchByRisk(border, terms)], [0, 0, 1])
  })
})
