import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type BorderReading, type PrefixReading, type Watched, watched, watchedFrom } from '../../src/index.ts'

const start = 1_700_000_000_000
const minute = 60_000
const moves = [{ prefix: '10.1.0.0/16', rate: 30, from: 'a', to: 'b' }]
const expected = [
  { link: 'a', before: 90, after: 60 },
  { link: 'b', before: 20, after: 50 },
]

/** An approval of one move from `a` to `b`, whose thresholds are 80 of 100. */
class Approved {
  #state: Watched = watchedFrom(moves)
  #now = start

  /** The next minute, in which so much of the moved prefix enters over the two links, and so much in all. */
  minute(
    loads: readonly [number | null, number | null],
    moved: readonly [number, number],
    more: readonly PrefixReading[] = [],
  ): string {
    this.#now += minute
    const links = loads.map((load, at) => {
      return { name: 'ab'[at]!, load, capacity: 100, threshold: 80, basis: 'usual', upper: null } as const
    })
    const prefixes = [{ prefix: '10.1.0.0/16', rates: moved, steeredTo: 1 }, ...more]
    const reading: BorderReading = { at: this.#now, links, prefixes }
    const watching = watched(this.#state, { now: this.#now, since: start, moves, expected, reading, links })
    this.#state = JSON.parse(JSON.stringify(watching.state)) as Watched
    return watching.verdict === 'keep' ? 'keep' : watching.because
  }
}
/** What else the links carry, so that flows account for it. */
const rest = (a: number, b: number): readonly PrefixReading[] => [
  { prefix: '10.9.0.0/16', rates: [a, 0] },
  { prefix: '10.8.0.0/16', rates: [0, b] },
]

describe('moves in force', () => {
  test('are kept while they do what they were approved for', () => {
    const approved = new Approved()
    for (let each = 0; each < 20; each++) assert.equal(approved.minute([60, 50], [0, 30], rest(60, 20)), 'keep')
  })

  test('are taken back after two steps in which they alone hold a link above its threshold', () => {
    const approved = new Approved()
    assert.equal(approved.minute([40, 50], [0, 30], rest(40, 20)), 'keep')
    assert.equal(approved.minute([40, 85], [0, 30], rest(40, 55)), 'keep')
    assert.equal(
      approved.minute([40, 86], [0, 30], rest(40, 56)),
      'b carries 86 % of its capacity, above its threshold of 80 %; without the moves it would be 56 %',
    )
  })

  test('are kept for two minutes in any case, and if a step with room came between', () => {
    const early = new Approved()
    assert.equal(early.minute([40, 85], [0, 30], rest(40, 55)), 'keep')
    assert.notEqual(early.minute([40, 85], [0, 30], rest(40, 55)), 'keep')
    const between = new Approved()
    for (let each = 0; each < 10; each++)
      assert.equal(between.minute([40, each % 2 === 0 ? 85 : 79], [0, 30], rest(40, 50)), 'keep')
  })

  test('are kept if the link would be above its threshold without them, too, or its load is not known', () => {
    const approved = new Approved()
    for (let each = 0; each < 10; each++) assert.equal(approved.minute([40, 95], [0, 10], rest(40, 85)), 'keep')
    for (let each = 0; each < 10; each++) assert.equal(approved.minute([40, null], [0, 30]), 'keep')
  })

  test('are kept if to take them back would put more above the thresholds', () => {
    const approved = new Approved()
    for (let each = 0; each < 10; each++) assert.equal(approved.minute([75, 85], [0, 30], rest(75, 55)), 'keep')
  })

  test('are taken back where the neighbour ignores them while the link needs it, once their traffic should have come', () => {
    const approved = new Approved()
    for (let each = 1; each < 5; each++)
      assert.equal(approved.minute([90, 20], [30, 0], rest(60, 20)), 'keep', `minute ${each}`)
    assert.match(approved.minute([90, 20], [30, 0], rest(60, 20)), /neighbour still sends/)
  })

  test('are kept though ignored where no link needs them, or flows do not tell, or most has followed', () => {
    const calm = new Approved()
    for (let each = 0; each < 10; each++) assert.equal(calm.minute([70, 20], [30, 0], rest(40, 20)), 'keep')
    const silent = new Approved()
    for (let each = 0; each < 10; each++) assert.equal(silent.minute([90, 20], [30, 0]), 'keep')
    const most = new Approved()
    for (let each = 0; each < 10; each++) assert.equal(most.minute([90, 40], [10, 20], rest(80, 20)), 'keep')
  })

  test('are never taken back within two minutes, nor while no link is above its threshold, whatever is read', () => {
    const strange = fc.constantFrom(NaN, -1, Infinity)
    const usual = fc.constantFrom<readonly [number | null, number | null]>(
      [40, 85],
      [40, 90],
      [90, 20],
      [75, 82],
      [40, 60],
      [null, 85],
    )
    const load = fc.oneof(fc.integer({ min: 0, max: 120 }), strange)
    const loads = fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: fc.tuple(load, load) })
    const moved = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<readonly [number, number]>([0, 30], [30, 0], [0, 10]) },
      { weight: 1, arbitrary: fc.tuple(strange, fc.nat(60)) },
    )
    const step = fc.tuple(loads, moved, fc.integer({ min: 20, max: 60 }))
    let undone = 0
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const approved = new Approved()
        for (const [at, [both, shares, other]] of steps.entries()) {
          if (approved.minute(both, shares, rest(other, other)) === 'keep') continue
          undone++
          assert.ok(at >= 1)
          assert.ok(both.some((each) => each !== null && each >= 80))
        }
      }),
      { numRuns: 500 },
    )
    assert.ok(undone > 20, `${undone}`)
  })
})
