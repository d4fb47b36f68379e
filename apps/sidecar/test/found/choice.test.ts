import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Candidate, Choice } from '../../src/found/choice.ts'

const at = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  id,
  state: 'reachable',
  session: 'none',
  calls: 0,
  ...more,
})
const names = ['a', 'b', 'c', 'd']
const candidates = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom(...names),
    state: fc.constantFrom('reachable', 'silent', 'away', 'unknown'),
    session: fc.constantFrom('up', 'moving', 'silent', 'none'),
    calls: fc.nat(3),
  }),
  { selector: ({ id }) => id, minLength: 1 },
)
const event = fc.oneof(
  fc.record({ type: fc.constantFrom('unreached', 'unserved', 'answered'), id: fc.constantFrom(...names) }),
  fc.record({ type: fc.constant('wait'), milliseconds: fc.nat(400_000) }),
  fc.record({ type: fc.constant('order'), candidates, preferred: fc.constantFrom(...names, undefined) }),
)

describe('which of several agents is tried first', () => {
  test('one that can be expected to answer, whatever its load', () => {
    const choice = new Choice()
    const rows = [at('silent', { state: 'silent' }), at('away', { state: 'away' }), at('busy', { calls: 9 })]
    assert.equal(choice.order(rows, 0)[0], 'busy')
    assert.equal(choice.order([at('mute', { session: 'silent' }), at('busy', { calls: 9 })], 0)[0], 'busy')
  })
  test('one that announced its silence rather than one that is lost, and neither before others', () => {
    const rows = [at('lost', { session: 'silent' }), at('moving', { session: 'moving' }), at('busy', { calls: 9 })]
    assert.deepEqual(new Choice().order(rows, 0), ['busy', 'moving', 'lost'])
  })
  test('with a session that is up, whatever others have heard', () =>
    assert.deepEqual(new Choice().order([at('b', { calls: 1 }), at('a', { state: 'away', session: 'up' })], 0), [
      'a',
      'b',
    ]))
  test('the preferred one, unless it is doubted', () => {
    const choice = new Choice()
    const rows = [at('a'), at('b', { calls: 5 })]
    assert.equal(choice.order(rows, 0, 'b')[0], 'b')
    choice.failed('b', 'unreached', 0)
    assert.equal(choice.order(rows, 0, 'b')[0], 'a')
  })
  test('the one with the fewest calls, else each in turn', () => {
    const choice = new Choice()
    assert.equal(choice.order([at('a', { calls: 1 }), at('b')], 0)[0], 'b')
    const turns = Array.from({ length: 9 }, () => choice.order([at('a'), at('b'), at('c')], 0)[0])
    assert.deepEqual(turns.join('').split('').toSorted().join(''), 'aaabbbccc')
    assert.equal(new Set(turns.slice(0, 3)).size, 3)
  })
  test('not one that failed, for 10 s, then twice as long each time, at most 5 minutes', () => {
    const choice = new Choice()
    const rows = [at('a'), at('b', { calls: 9 })]
    let now = 0
    for (const seconds of [10, 20, 40, 80, 160, 300, 300]) {
      choice.failed('a', 'unserved', now)
      assert.equal(choice.order(rows, now + seconds * 1000 - 1)[0], 'b')
      now += seconds * 1000
      assert.equal(choice.order(rows, now)[0], 'a')
    }
    choice.failed('a', 'unserved', now)
    choice.answered('a')
    assert.equal(choice.order(rows, now)[0], 'a')
  })
  test('one that was not reached as soon as a session with it is up, but not one that did not serve', () => {
    const choice = new Choice()
    choice.failed('a', 'unreached', 0)
    choice.failed('b', 'unserved', 0)
    assert.equal(choice.order([at('a', { session: 'up' }), at('c', { calls: 1 })], 0)[0], 'a')
    assert.equal(choice.order([at('b', { session: 'up' }), at('c', { calls: 1 })], 0)[0], 'c')
  })
  test('after any events: everybody once, no doubted one before another that is not', () =>
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const choice = new Choice()
        const doubts = new Map<string, { until: number; because: string; times: number }>()
        let now = 0
        for (const each of events) {
          if (each.type === 'wait') now += each.milliseconds
          else if (each.type === 'answered') {
            choice.answered(each.id)
            doubts.delete(each.id)
          } else if (each.type === 'order') {
            const order = choice.order(each.candidates, now, each.preferred)
            assert.deepEqual(order.toSorted(), each.candidates.map(({ id }) => id).toSorted())
            const isGood = (id: string): boolean => {
              const { state, session } = each.candidates.find((one) => one.id === id)!
              const doubt = doubts.get(id)
              const isDoubted = doubt !== undefined && now < doubt.until
              if (isDoubted && !(doubt.because === 'unreached' && session === 'up')) return false
              return session === 'up' || (session === 'none' && state !== 'silent' && state !== 'away')
            }
            const good = order.map(isGood)
            assert.deepEqual(
              good,
              good.toSorted((a, b) => Number(b) - Number(a)),
            )
            if (each.preferred !== undefined && order.includes(each.preferred) && isGood(each.preferred))
              assert.equal(order[0], each.preferred)
          } else {
            const times = (doubts.get(each.id)?.times ?? 0) + 1
            choice.failed(each.id, each.type, now)
            const length = Math.min(10_000 * 2 ** (times - 1), 300_000)
            doubts.set(each.id, { because: each.type, times, until: now + length })
          }
        }
      }),
    ))
})
