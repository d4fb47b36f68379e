/** What a join proxy grants to strangers. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { CircuitCount, circuitLimits, Pace } from '../../src/joining/circuit-limits.ts'

describe('circuits', () => {
  test('are few of one newcomer, so that it leaves room for others', () => {
    const count = new CircuitCount()
    for (let index = 0; index < circuitLimits.perSource; index++) assert.equal(count.enter('a'), undefined)
    assert.equal(count.enter('a'), 'too many circuits of one newcomer')
    assert.equal(count.enter('b'), undefined)
    count.leave('a')
    assert.equal(count.enter('a'), undefined)
  })

  test('are bounded in all, whatever sources are made up, and what left makes room', () => {
    const source = fc.constantFrom(...Array.from({ length: 40 }, (_, index) => `fe80::${index}`))
    fc.assert(
      fc.property(fc.array(fc.tuple(source, fc.boolean()), { maxLength: 400 }), (steps) => {
        const count = new CircuitCount()
        const open: string[] = []
        for (const [one, comes] of steps) {
          if (comes) {
            const refusal = count.enter(one)
            const its = open.filter((other) => other === one).length
            assert.equal(refusal !== undefined, its === circuitLimits.perSource || open.length === circuitLimits.count)
            if (refusal === undefined) open.push(one)
          } else if (open.includes(one)) {
            open.splice(open.indexOf(one), 1)
            count.leave(one)
          }
          assert.equal(count.all, open.length)
        }
      }),
    )
  })
})

test('a circuit carries its burst at once, and then no more than its rate', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 65_536 }), { minLength: 1, maxLength: 60 }), (pieces) => {
      const pace = new Pace(0)
      let [now, carried] = [0, 0]
      for (const piece of pieces) {
        carried += piece
        now += pace.waitAfter(piece, now)
        assert.ok(carried <= circuitLimits.burst + (now / 1000) * circuitLimits.rate + 1)
      }
      if (carried <= circuitLimits.burst) assert.equal(now, 0)
    }),
  )
})
