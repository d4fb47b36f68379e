import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { updateEstimate } from '../src/estimate.ts'
import { topPrefixes } from '../src/index.ts'

/** Prefixes on two links, and what was known of them before. */
const cases = fc.array(
  fc.record({
    measured: fc.double({ min: 0, max: 100, noNaN: true }),
    before: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 100, noNaN: true })),
    link: fc.nat({ max: 1 }),
  }),
  { minLength: 1, maxLength: 80 },
)

const seenOf = (list: readonly { measured: number; before: number; link: number }[]) => {
  const load = new Float64Array(2)
  for (const { measured, link } of list) load[link]! += measured
  const seen = {
    prefixes: list.length,
    links: 2,
    assignment: Int32Array.from(list, ({ link }) => link),
    load,
    estimate: Float64Array.from(list, ({ before }) => before),
    visible: new Uint8Array(list.length).fill(1),
  }
  updateEstimate(
    seen,
    Float64Array.from(list, ({ measured }) => measured),
  )
  return seen
}

describe('the load of each prefix', () => {
  test('is as measured for the heaviest of each link, and for no more than those', () => {
    fc.assert(
      fc.property(cases, (list) => {
        const { visible, estimate } = seenOf(list)
        for (const link of [0, 1]) {
          const here = [...list.keys()].filter((prefix) => list[prefix]!.link === link)
          const heaviest = [...here].sort((a, b) => list[b]!.measured - list[a]!.measured).slice(0, topPrefixes)
          assert.deepEqual(
            here.filter((prefix) => visible[prefix] === 1),
            heaviest.sort((a, b) => a - b),
          )
          for (const prefix of heaviest) assert.equal(estimate[prefix], list[prefix]!.measured)
        }
      }),
    )
  })

  test('adds up to the load of the link', () => {
    fc.assert(
      fc.property(cases, (list) => {
        const { estimate, load, visible } = seenOf(list)
        const sums = [0, 0]
        let unmeasured = 0
        list.forEach(({ link, measured }, prefix) => {
          sums[link]! += estimate[prefix]!
          if (visible[prefix] === 0) unmeasured += measured
          assert.ok(estimate[prefix]! >= 0)
        })
        for (const link of [0, 1]) assert.ok(sums[link]! <= load[link]! + 1e-9)
        if (unmeasured > 1e-6) assert.ok(Math.abs(sums[0]! + sums[1]! - load[0]! - load[1]!) < 1e-6)
      }),
    )
  })

  test('the others share the rest by what they were taken for, at most the lightest that is measured', () => {
    const measured = [...Array.from({ length: 20 }, () => 10), 6, 3, 3]
    const before = [...Array.from({ length: 20 }, () => 0), 50, 5, 0]
    const { estimate } = seenOf(measured.map((each, prefix) => ({ measured: each, before: before[prefix]!, link: 0 })))
    // Weights 10, 5 and 5 of the rest, which is 12: of the last one nothing is known.
    assert.deepEqual([...estimate.subarray(20)], [6, 3, 3])
  })
})
