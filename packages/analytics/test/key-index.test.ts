import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { hashWords } from '@vagus/address'
import { KeyIndex } from '../src/key-index.ts'
import { kthLargest } from '../src/kth-largest.ts'

describe('key index', () => {
  test('finds the same as a Map, also when all keys have the same hash', () => {
    const keys = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 })), { maxLength: 60 })
    fc.assert(
      fc.property(keys, fc.constantFrom('one hash', 'proper hash'), (list, hashing) => {
        const index = new KeyIndex(2, 12)
        const known = new Map<string, number>()
        for (const key of list) {
          const words = Uint32Array.from(key)
          const hash = hashing === 'one hash' ? 0xffffffff : hashWords(words, 0, 2)
          const slot = index.findOrInsert(words, 0, hash)
          const wanted = known.get(key.join()) ?? (known.size < 12 ? known.size : -1)
          assert.equal(slot, wanted)
          if (wanted >= 0) known.set(key.join(), wanted)
        }
      }),
    )
  })

  test('holds a million keys and refuses more than it can number', () => {
    assert.throws(() => new KeyIndex(1, 2 ** 20), /"capacity" must be 1\.\.1048575/)
    assert.throws(() => new KeyIndex(1, 0), /"capacity" must be/)
  })

  test('kept keys move together in their order', () => {
    const index = new KeyIndex(1, 8)
    const words = Uint32Array.of(10, 11, 12, 13, 14, 15)
    for (let at = 0; at < 6; at++) index.insert(words, at, hashWords(words, at, 1))
    const moves: number[][] = []
    index.retain(
      (slot) => slot % 2 === 1,
      (from, to) => moves.push([from, to]),
    )
    assert.deepEqual(moves, [
      [1, 0],
      [3, 1],
      [5, 2],
    ])
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((at) => index.find(words, at, hashWords(words, at, 1))),
      [-1, 0, -1, 1, -1, 2],
    )
  })
})

test('the k-th largest is the same as by sorting', () => {
  const list = fc.array(fc.oneof(fc.nat({ max: 5 }), fc.double({ noNaN: true, min: 0, max: 1e12 })), {
    minLength: 1,
    maxLength: 80,
  })
  fc.assert(
    fc.property(list, fc.nat(), (values, k) => {
      const place = (k % values.length) + 1
      const wanted = [...values].sort((a, b) => b - a)[place - 1]
      assert.equal(kthLargest(Float64Array.from(values), place), wanted)
    }),
  )
})
