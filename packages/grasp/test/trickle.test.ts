/** The Trickle timer (RFC 6206 §4.2): often after a change, seldom at rest, and silent where others say the same. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { nextTrickle, startTrickle, stepTrickle, type Trickle, type TrickleEvent } from '../src/objectives/index.ts'

const config = { least: 1000, most: 60_000, redundancy: 3 }

/** Lets the time pass up to `end`, and gives when it told. */
function pass(
  from: Trickle,
  end: number,
  random: () => number,
): { readonly trickle: Trickle; readonly told: number[] } {
  let trickle = from
  const told: number[] = []
  for (let now = nextTrickle(trickle); now <= end; now = nextTrickle(trickle)) {
    const step = stepTrickle(trickle, { type: 'tick' }, config, now, random())
    if (step.tells) told.push(now)
    ;({ trickle } = step)
  }
  return { trickle, told }
}

describe('a timer', () => {
  const half = (): number => 0.5

  test('tells once in each interval, in its second half, and doubles it up to the longest', () => {
    const { told, trickle } = pass(startTrickle(config, 0, 0.5), 300_000, half)
    assert.deepEqual(told.slice(0, 7), [750, 2500, 6000, 13_000, 27_000, 55_000, 108_000])
    assert.equal(trickle.interval, 60_000)
  })

  test('is silent in an interval in which enough others said the same', () => {
    let trickle = startTrickle(config, 0, 0.5)
    for (let times = 0; times < 3; times++)
      ({ trickle } = stepTrickle(trickle, { type: 'consistent' }, config, 100 * times, 0.5))
    assert.deepEqual(pass(trickle, 2600, half).told, [2500])
  })

  test('begins anew after a change, but is not made to tell more often than once in the shortest interval', () => {
    const calm = pass(startTrickle(config, 0, 0.5), 200_000, half).trickle
    const changed = stepTrickle(calm, { type: 'inconsistent' }, config, 200_000, 0.5).trickle
    assert.deepEqual([changed.interval, changed.tellAt], [1000, 200_750])
    let trickle = changed
    let count = 0
    for (let now = 200_000; now < 210_000; now += 10) {
      const events: readonly TrickleEvent[] = [{ type: 'inconsistent' }, { type: 'tick' }]
      for (const event of events) {
        const step = stepTrickle(trickle, event, config, now, 0.5)
        ;({ trickle } = step)
        if (step.tells) count++
      }
    }
    assert.ok(count <= 10, `${count} times in 10 s`)
  })
})

test('whatever happens, it tells again within two of the longest intervals unless others do', () => {
  const event = fc.constantFrom<TrickleEvent>({ type: 'inconsistent' }, { type: 'tick' })
  const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 90_000 }), event), { maxLength: 40 })
  fc.assert(
    fc.property(events, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (list, random) => {
      let [trickle, now] = [startTrickle(config, 0, random), 0]
      for (const [wait, one] of list) {
        now += wait
        ;({ trickle } = stepTrickle(trickle, one, config, now, random))
        assert.ok(trickle.interval >= config.least && trickle.interval <= config.most)
        assert.ok(trickle.tellAt === undefined || trickle.tellAt >= trickle.endsAt - trickle.interval / 2)
      }
      const { told } = pass(trickle, now + 2 * config.most, () => random)
      assert.ok(told.length > 0)
    }),
  )
})
