import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { hashWords } from '@vagus/address'
import { SpaceSaving } from '../src/index.ts'

type Record = readonly [key: number, octets: number]

const add = (sketch: SpaceSaving, key: number, octets: number): void => {
  const words = Uint32Array.of(7, key, 9)
  sketch.add(words, 1, hashWords(words, 1, sketch.wordsPerKey), octets, octets / 100, 1)
}
const sketchOf = (capacity: number, records: readonly Record[]): SpaceSaving => {
  const sketch = new SpaceSaving(1, capacity)
  for (const [key, octets] of records) add(sketch, key, octets)
  return sketch
}
const truthOf = (records: readonly Record[]): ReadonlyMap<number, number> => {
  const truth = new Map<number, number>()
  for (const [key, octets] of records) truth.set(key, (truth.get(key) ?? 0) + octets)
  return truth
}

/** A few heavy keys and many light ones. */
const record = fc.tuple(
  fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 200 })),
  fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 2000 })),
)
const records = fc.array(record, { maxLength: 300 })

function assertBounds(sketch: SpaceSaving, truth: ReadonlyMap<number, number>): void {
  const listed = new Set<number>()
  for (const { key, octets, error } of sketch.top(Number.POSITIVE_INFINITY)) {
    const exact = truth.get(key[0]!) ?? 0
    listed.add(key[0]!)
    assert.ok(octets - error <= exact + 1e-6, `key ${key[0]}: ${octets} - ${error} is above ${exact}`)
    assert.ok(exact <= octets + 1e-6, `key ${key[0]}: ${octets} is below ${exact}`)
  }
  for (const [key, exact] of truth) {
    if (!listed.has(key)) assert.ok(exact <= sketch.floor + 1e-6, `key ${key} has ${exact}, floor is ${sketch.floor}`)
  }
}

describe('Space-Saving', () => {
  test('count - error <= true <= count for listed keys, and no other key has more than the floor', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 20 }), (list, capacity) => {
        assertBounds(sketchOf(capacity, list), truthOf(list))
      }),
    )
  })

  test('is exact up to its capacity in keys', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 19 }), fc.nat({ max: 1000 })), { maxLength: 100 }), (list) => {
        const sketch = sketchOf(20, list)
        assert.equal(sketch.floor, 0)
        const found = sketch.top(100).map(({ key, octets, error, packets, flows }) => {
          assert.equal(error, 0)
          assert.ok(Math.abs(packets - octets / 100) < 1e-6)
          assert.equal(flows, list.filter(([each]) => each === key[0]).length)
          return [key[0]!, octets] as const
        })
        assert.deepEqual(new Map(found), truthOf(list))
      }),
    )
  })

  test('is no longer exact once a key with octets was removed', () => {
    const sketch = sketchOf(
      4,
      Array.from({ length: 9 }, (_, key) => [key, 10 + key] as const),
    )
    assert.ok(sketch.floor >= 10)
  })

  test('lists the heaviest first, including all heavy keys', () => {
    const light = Array.from({ length: 5000 }, (_, index) => [1000 + (index % 2500), 1] as const)
    const heavy = Array.from({ length: 50 }, (_, index) => [index % 5, 100 + (index % 5)] as const)
    const sketch = sketchOf(80, [...light, ...heavy, ...light])
    assert.deepEqual(
      sketch.top(5).map(({ key }) => key[0]),
      [4, 3, 2, 1, 0],
    )
  })

  test('keeps its bounds when sketches of several slices or agents are merged', () => {
    fc.assert(
      fc.property(
        fc.array(records, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 10 }),
        (lists, capacity) => {
          const merged = SpaceSaving.merged(lists.map((list) => sketchOf(capacity, list)))
          assertBounds(merged, truthOf(lists.flat()))
        },
      ),
    )
  })

  test('a merged sketch accepts further records', () => {
    fc.assert(
      fc.property(records, records, records, (a, b, more) => {
        const merged = SpaceSaving.merged([sketchOf(3, a), sketchOf(3, b)])
        for (const [key, octets] of more) add(merged, key, octets)
        assertBounds(merged, truthOf([...a, ...b, ...more]))
      }),
    )
  })

  test('exact sketches give an exact merged one', () => {
    const merged = SpaceSaving.merged([sketchOf(3, [[1, 5]]), sketchOf(3, [[1, 6]]), sketchOf(3, [[2, 7]])])
    assert.equal(merged.floor, 0)
    assert.deepEqual(
      merged.top(2).map(({ key, octets, error }) => [key[0], octets, error]),
      [
        [1, 11, 0],
        [2, 7, 0],
      ],
    )
  })

  test('is like new after being cleared', () => {
    fc.assert(
      fc.property(records, records, (before, list) => {
        const sketch = sketchOf(2, before)
        sketch.clear()
        assert.deepEqual([sketch.size, sketch.floor], [0, 0])
        for (const [key, octets] of list) add(sketch, key, octets)
        assertBounds(sketch, truthOf(list))
      }),
    )
  })

  test('refuses to merge different key sizes or capacities', () => {
    assert.throws(() => SpaceSaving.merged([]), /at least one sketch/)
    assert.throws(
      () => SpaceSaving.merged([new SpaceSaving(1, 4), new SpaceSaving(2, 4)]),
      /same key size and capacity/,
    )
    assert.throws(() => SpaceSaving.merged([new SpaceSaving(1, 4), new SpaceSaving(1, 400)]), /same key size/)
    assert.throws(() => new SpaceSaving(1, 0), /"capacity" must be at least 1, got 0/)
  })
})
