/** Which intents cannot both be met. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { conflictsOf, type Connect, type Intent, isActive, type Pin } from '../src/index.ts'
import { anyIntents, anyNow, intent, now, setOf, unsignedSet } from './sets.ts'

const pin = (name: string, enters: Pin['enters'], over: string[], more: Partial<Intent> = {}): Intent =>
  intent(name, { type: 'pin', prefix: '10.1.0.0/16', enters, over }, more)
const line: Connect = { type: 'connect', between: ['lyon', 'paris'], bitsPerSecond: 1e7 }
const told = (...intents: readonly Intent[]): readonly string[] =>
  conflictsOf(setOf(...intents), now).map(({ because }) => because)
const day = 86_400_000

describe('a conflict', () => {
  test('of two pins is won by the higher priority', () => {
    assert.deepEqual(conflictsOf(setOf(pin('x', 'only', ['a'], { priority: 2 }), pin('y', 'only', ['b', 'c'])), now), [
      {
        intent: 'y',
        other: 'x',
        won: 'priority',
        from: now,
        because:
          '"y" and "x" leave no link for 10.1.0.0/16; "x" has the higher priority, and "y" does not hold, from 2026-09-21T14:13:20Z on',
      },
    ])
  })

  test('of two pins with one priority is won by none', () => {
    const [words = '', ...more] = told(pin('x', 'only', ['a']), pin('y', 'never', ['a', 'b']))
    assert.match(words, /"x" and "y" leave no link .* both have the same priority, so nothing moves it at all/)
    assert.deepEqual(more, [])
  })

  test('of a line with a freeze is won by what restricts, whatever the priority', () => {
    const [words = ''] = told(intent('cell', line, { priority: 9 }), intent('launch', { type: 'freeze' }))
    assert.match(words, /"launch" lets no line begin where "cell" needs one; what restricts wins/)
    const [share = ''] = told(intent('cell', line), intent('none', { type: 'bounds', lines: { sharePercent: 0 } }))
    assert.match(share, /"none" leaves nothing for lines where/)
  })

  test('is none where the places, the links left or the times differ', () => {
    const freeze = (scope: Intent['scope']): Intent => intent('launch', { type: 'freeze' }, { scope })
    assert.deepEqual(told(intent('cell', line), freeze({ devices: ['pe-9'] })), [])
    assert.deepEqual(told(intent('cell', line), freeze({ borders: ['transit'] })), [], 'the link core is left')
    assert.equal(told(intent('cell', line), freeze({ borders: ['transit'], links: ['core'] })).length, 1)
    assert.deepEqual(told(pin('x', 'only', ['a']), pin('y', 'only', ['a', 'b'])), [])
    assert.deepEqual(told(pin('x', 'never', ['a']), pin('y', 'never', ['b'])), [])
    const [early, late] = [{ until: now + day }, { from: now + day }]
    assert.deepEqual(told(pin('x', 'only', ['a'], { when: early }), pin('y', 'only', ['b'], { when: late })), [])
    const [mondays, tuesdays] = [1, 2].map((one) => ({ weekly: [{ days: [one], from: 60, to: 120 }] }))
    assert.deepEqual(
      told(pin('x', 'only', ['a'], { when: mondays! }), pin('y', 'only', ['b'], { when: tuesdays! })),
      [],
    )
  })

  test('says from when on it is one', () => {
    const when = { weekly: [{ days: [1, 3], from: 60, to: 120 }] }
    const other = { weekly: [{ days: [3], from: 90, to: 180 }] }
    const [found] = conflictsOf(setOf(pin('x', 'only', ['a'], { when }), pin('y', 'only', ['b'], { when: other })), now)
    assert.equal(new Date(found!.from).toISOString(), '2026-09-23T01:30:00.000Z')
  })
})

test('conflicts do not depend on the order of intents, and begin when both hold', () => {
  fc.assert(
    fc.property(anyIntents, anyNow, (intents, at) => {
      const found = conflictsOf(unsignedSet(intents), at)
      assert.deepEqual(conflictsOf(unsignedSet(intents.toReversed()), at), found)
      const named = new Map(intents.map((one) => [one.name, one]))
      for (const { intent: one, other, from } of found) {
        assert.ok(from >= at)
        assert.ok(isActive(named.get(one)!.when, from) && isActive(named.get(other)!.when, from))
      }
    }),
    { numRuns: 1000 },
  )
})
