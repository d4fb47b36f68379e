import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ArtifactPlace, storedWithin } from '../../src/served/artifact-place.ts'

const parts = (...texts: readonly string[]): readonly object[] => texts.map((text) => ({ text }))

describe('the place of events in an artifact', () => {
  test('is known from a snapshot that holds what they brought in one place, and then of every event', () => {
    const place = new ArtifactPlace()
    assert.equal(place.event(parts('c'), 'append', 0), undefined)
    assert.equal(place.event(parts('d', 'e'), 'append', 1500), undefined)
    place.snapshot(parts('a', 'b', 'c', 'd'), storedWithin)
    assert.deepEqual(place.event(parts('f'), 'append', 2100), { from: 5, to: 6 })
    assert.deepEqual(place.event(parts('g', 'h'), 'append', 2200), { from: 6, to: 8 })
  })
  test('is not known from a snapshot that may not hold them yet', () => {
    const place = new ArtifactPlace()
    place.event(parts('a'), 'append', 100)
    place.snapshot(parts('a', 'b'), storedWithin)
    assert.equal(place.event(parts('c'), 'append', 2200), undefined)
  })
  test('is not known while what they brought stands in two places, and becomes known with what differs', () => {
    const place = new ArtifactPlace()
    place.event(parts('a', 'b'), 'append', 0)
    place.snapshot(parts('a', 'b', 'a', 'b'), 2000)
    assert.equal(place.event(parts('c'), 'append', 2000), undefined)
    place.snapshot(parts('a', 'b', 'a', 'b', 'c'), 4000)
    assert.deepEqual(place.event(parts('d'), 'append', 4100), { from: 5, to: 6 })
  })
  test('is lost when an event puts its parts in place of all', () => {
    const place = new ArtifactPlace()
    place.event(parts('a'), 'append', 0)
    place.snapshot(parts('a'), 2000)
    assert.deepEqual(place.event(parts('b'), 'append', 2001), { from: 1, to: 2 })
    assert.equal(place.event(parts('x'), 'replace', 2002), undefined)
    assert.equal(place.event(parts('y'), 'append', 2003), undefined)
  })
  test('is right whenever it is said to be known, however alike parts are and however late the store is', () => {
    const event = fc.record({
      parts: fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 3 }),
      pause: fc.nat(1500),
      /** How much later the store has it. */
      late: fc.nat(storedWithin),
    })
    let known = 0
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b'), { maxLength: 12 }),
        fc.array(event, { maxLength: 20 }),
        (before, drawn) => {
          const place = new ArtifactPlace()
          const stored = before.map((text) => ({ text, at: 0 }))
          let now = 0
          for (const each of drawn) {
            now += each.pause
            const from = stored.length
            const range = place.event(parts(...each.parts), 'append', now)
            if (range !== undefined) {
              known++
              assert.deepEqual(range, { from, to: from + each.parts.length })
            }
            // What comes later is not stored before what came earlier.
            const at = Math.max(stored.at(-1)?.at ?? 0, now + each.late)
            if (at > now + storedWithin) return
            stored.push(...each.parts.map((text) => ({ text, at })))
            place.snapshot(parts(...stored.filter((part) => part.at <= now).map(({ text }) => text)), now)
          }
        },
      ),
      { numRuns: 500 },
    )
    assert.ok(known > 200, `known ${known} times`)
  })
})
