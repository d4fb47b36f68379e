import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Begun, Limits } from '../../src/gateway/limits.ts'

const begunOf = (answer: ReturnType<Limits['begin']>): Begun => {
  assert.ok(!('retryAfter' in answer), JSON.stringify(answer))
  return answer
}

describe('what one caller gets of a gateway', () => {
  test('is so many requests at once, and again as many when they are over', () => {
    const limits = new Limits({ atOnce: 2, streams: 1, rate: 100 })
    const first = begunOf(limits.begin('a', 0))
    begunOf(limits.begin('a', 0))
    assert.deepEqual(limits.begin('a', 0), { retryAfter: 1 })
    begunOf(limits.begin('b', 0)) // of another caller
    first.end()
    first.end() // twice is once
    begunOf(limits.begin('a', 0))
    assert.deepEqual(limits.begin('a', 0), { retryAfter: 1 })
  })
  test('is so many streams among them', () => {
    const limits = new Limits({ atOnce: 9, streams: 1, rate: 100 })
    const [one, other] = [begunOf(limits.begin('a', 0)), begunOf(limits.begin('a', 0))]
    assert.deepEqual([one.stream(), one.stream(), other.stream()], [true, true, false])
    one.end()
    assert.equal(other.stream(), true)
  })
  test('is ten seconds of its rate at once, then its rate; it is told when', () => {
    const limits = new Limits({ atOnce: 1000, streams: 1, rate: 2 })
    for (let count = 0; count < 20; count++) begunOf(limits.begin('a', 0)).end()
    assert.deepEqual(limits.begin('a', 0), { retryAfter: 1 })
    assert.deepEqual(limits.begin('a', 400), { retryAfter: 1 })
    begunOf(limits.begin('a', 1000))
  })
  test('goes to others only when nothing of it is under way', () => {
    const limits = new Limits({ atOnce: 1, streams: 1, rate: 1 }, 2)
    const [a, b] = [begunOf(limits.begin('a', 0)), begunOf(limits.begin('b', 0))]
    assert.deepEqual(limits.begin('c', 0), { retryAfter: 1 })
    b.end()
    begunOf(limits.begin('c', 0))
    assert.deepEqual(limits.begin('b', 0), { retryAfter: 1 })
    a.end()
  })

  const step = fc.record({
    caller: fc.constantFrom('a', 'b', 'c', 'd'),
    does: fc.constantFrom('begin', 'stream', 'end'),
    which: fc.nat(20),
    waits: fc.nat(500),
  })
  test('is never more, in whatever order requests begin, become streams and end', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const limits = new Limits({ atOnce: 3, streams: 2, rate: 5 }, 3)
        const open: { readonly caller: string; readonly begun: Begun; isStream: boolean }[] = []
        let now = 0
        for (const { caller, does, which, waits } of steps) {
          now += waits
          const at = which % Math.max(1, open.length)
          const one = open[at]
          if (does === 'begin') {
            const answer = limits.begin(caller, now)
            if ('retryAfter' in answer) assert.ok(answer.retryAfter >= 1)
            else open.push({ caller, begun: answer, isStream: false })
          } else if (does === 'stream' && one !== undefined) one.isStream = one.begun.stream() || one.isStream
          else if (one !== undefined) {
            one.begun.end()
            open.splice(at, 1)
          }
          const byCaller = Map.groupBy(open, (each) => each.caller)
          assert.ok(byCaller.size <= 3)
          for (const own of byCaller.values()) {
            assert.ok(own.length <= 3)
            assert.ok(own.filter(({ isStream }) => isStream).length <= 2)
          }
          assert.equal(limits.open, open.length)
        }
      }),
    ))
})
