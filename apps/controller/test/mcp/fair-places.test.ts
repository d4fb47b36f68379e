import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { FairPlaces } from '../../src/mcp/fair-places.ts'

/** How many it gets until it is refused. */
function takeAll(places: FairPlaces, caller: string): (() => void)[] {
  const taken: (() => void)[] = []
  for (let one; (one = places.take(caller)) !== undefined;) taken.push(one)
  return taken
}

describe('places for questions', () => {
  test('are half for one that asks alone, and each that comes then finds some', () => {
    const places = new FairPlaces(64)
    const first = takeAll(places, 'a')
    assert.equal(first.length, 32)
    assert.equal(takeAll(places, 'b').length, 21)
    assert.equal(takeAll(places, 'c').length, 11)
    assert.equal(takeAll(places, 'd').length, 1, 'its first question, whatever the others ask')
    for (const release of first) release()
    assert.ok(takeAll(places, 'd').length > 5)
  })
  test('never run out for a caller that has none, are given back whole, and stay below their bound', () => {
    const steps = fc.array(fc.record({ caller: fc.integer({ min: 0, max: 20 }), back: fc.boolean() }), {
      maxLength: 400,
    })
    fc.assert(
      fc.property(steps, (all) => {
        const places = new FairPlaces(16)
        const held = new Map<number, (() => void)[]>()
        for (const { caller, back } of all) {
          const own = held.get(caller) ?? []
          held.set(caller, own)
          if (back) own.pop()?.()
          else {
            const one = places.take(String(caller))
            assert.ok(one !== undefined || own.length > 0)
            if (one !== undefined) own.push(one)
          }
          const sum = [...held.values()].reduce((total, { length }) => total + length, 0)
          assert.ok(sum <= 16 + held.size)
          assert.ok(own.length <= 8)
        }
        for (const one of held.values()) for (const release of one) release()
        assert.equal(takeAll(places, 'new').length, 8)
      }),
    )
  })
})
