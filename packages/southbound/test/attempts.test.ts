import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { attemptLimits, AttemptTally } from '../src/attempts.ts'

const { window, callers, characters } = attemptLimits
const attempt = (by: string, what = 'hostname x') => ({ by, what, problem: 'no pattern allows it' })

describe('attempts that were refused', () => {
  test('are told once at once, then together once a window with their number and the words of the last', () => {
    const tally = new AttemptTally<string>()
    assert.deepEqual(tally.take('a', attempt('a'), 0), { ...attempt('a'), count: 1, from: 0, to: 0 })
    assert.equal(tally.take('a', attempt('a', 'one'), 10), undefined)
    assert.equal(tally.take('a', attempt('a', 'two'), 20), undefined)
    assert.deepEqual(tally.due(window - 1), [])
    assert.deepEqual(tally.due(window), [{ ...attempt('a', 'two'), count: 2, from: 10, to: 20 }])
    assert.equal(tally.take('a', attempt('a'), window + 1), undefined)
    assert.deepEqual(tally.due(2 * window).length, 1)
  })
  test('are told at once again after a quiet window', () => {
    const tally = new AttemptTally<string>()
    tally.take('a', attempt('a'), 0)
    assert.deepEqual(tally.due(window), [])
    assert.equal(tally.take('a', attempt('a'), window)?.count, 1)
  })
  test('of callers beyond the limit are counted together', () => {
    const tally = new AttemptTally<string>()
    for (let at = 0; at < callers; at++) assert.equal(tally.take(`c${at}`, attempt(`c${at}`), 0)?.count, 1)
    assert.equal(tally.take('x', attempt('x'), 0)?.count, 1)
    for (let at = 0; at < 1000; at++) assert.equal(tally.take(`y${at}`, attempt(`y${at}`), 1), undefined)
    assert.deepEqual(
      tally.due(window).map(({ by, count }) => [by, count]),
      [['y999', 1000]],
    )
  })
  test('are told with words of a length that a record can hold', () => {
    const told = new AttemptTally<string>().take('a', attempt('a', 'x'.repeat(5000)), 0)
    assert.equal(told?.what.length, characters)
  })
  test('are each told once, in any order of callers and times, and never more than two of a caller in a window', () => {
    const steps = fc.array(
      fc.record({ caller: fc.integer({ min: 0, max: 99 }), after: fc.integer({ min: 0, max: window }) }),
    )
    fc.assert(
      fc.property(steps, (all) => {
        const tally = new AttemptTally<string>()
        let now = 0
        let told = 0
        for (const { caller, after } of all) {
          now += after
          for (const { count, from, to } of tally.due(now)) {
            assert.ok(from <= to && to <= now)
            told += count
          }
          told += tally.take(String(caller), attempt(String(caller)), now)?.count ?? 0
        }
        told += tally.due(now + window).reduce((sum, { count }) => sum + count, 0)
        assert.equal(told, all.length)
        assert.deepEqual(tally.due(now + 3 * window), [])
      }),
    )
  })
})
