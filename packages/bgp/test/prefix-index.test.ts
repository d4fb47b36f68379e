import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { PrefixIndex } from '../src/index.ts'
import { hash } from './hash.ts'

/** A key of words and length from a number: IPv4 and IPv6 alike, many that share words. */
function keyOf(number: number): readonly [words: Uint32Array, length: number] {
  return [new Uint32Array([(number >> 2) * 256, 0, 0, number & 1]), 24 + (number & 3)]
}

describe('prefix index', () => {
  for (const version of [4, 6] as const) {
    test(`IPv${version}: finds what a plain map would, while it grows and prefixes go`, () => {
      // Runs of prefixes that come or go: the table doubles several times, and goes on while slots are moved.
      const run = fc.record({ from: fc.nat(3000), count: fc.nat(700), kind: fc.constantFrom('in', 'in', 'out') })
      fc.assert(
        fc.property(fc.array(run, { minLength: 3, maxLength: 12 }), (runs) => {
          const index = new PrefixIndex(version, 1_000_000, hash)
          const slots = new Map<string, number>()
          const textOf = (number: number): string => {
            const [words, length] = keyOf(number)
            return `${words.subarray(0, index.wordsPerKey).join(' ')}/${length}`
          }
          for (const { from, count, kind } of runs) {
            for (let number = from; number < from + count; number++) {
              const [key, text] = [keyOf(number), textOf(number)]
              assert.equal(index.find(key[0], 0, key[1]), slots.get(text) ?? -1)
              if (kind === 'in') {
                const slot = index.findOrInsert(key[0], 0, key[1])
                assert.equal(slots.get(text) ?? slot, slot)
                slots.set(text, slot)
              } else if (slots.has(text)) {
                index.remove(slots.get(text)!)
                slots.delete(text)
              }
            }
            assert.equal(index.size, slots.size)
            assert.equal(new Set(slots.values()).size, slots.size, 'two prefixes have one slot')
          }
          for (let number = 0; number < 3700; number++) {
            const [words, length] = keyOf(number)
            assert.equal(index.find(words, 0, length), slots.get(textOf(number)) ?? -1)
          }
          assert.ok(index.used <= 3700)
        }),
        { numRuns: 60 },
      )
    })
  }

  test('takes as many prefixes as its limit, and another one when one goes', () => {
    const index = new PrefixIndex(4, 100, hash)
    const put = (number: number): number => index.findOrInsert(Uint32Array.of(number), 0, 32)
    for (let number = 0; number < 100; number++) assert.equal(put(number), number)
    assert.equal(put(100), -1)
    index.remove(7)
    assert.deepEqual([put(100), put(101), put(99)], [7, -1, 99])
  })
})
