import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom, normal } from '../src/random.ts'

const drawn = (count: number, next: () => number): readonly number[] => Array.from({ length: count }, next)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('seeded random numbers', () => {
  test('are the same for the same seed', () => {
    assert.deepEqual(drawn(100, createRandom('stream', 7, 'office')), drawn(100, createRandom('stream', 7, 'office')))
  })

  test('differ when one part of the seed differs', () => {
    const seeds = [['stream', 7], ['stream', 8], ['other', 7], ['stream7'], ['strea', 'm', 7]]
    const firsts = seeds.map((parts) => createRandom(...parts)())
    assert.equal(new Set(firsts).size, seeds.length)
  })

  test('lie evenly in 0 ≤ x < 1', () => {
    const values = drawn(20_000, createRandom('even', 1))
    assert.ok(values.every((value) => value >= 0 && value < 1))
    for (let tenth = 0; tenth < 10; tenth++) {
      const count = values.filter((value) => Math.trunc(value * 10) === tenth).length
      assert.ok(Math.abs(count - 2000) < 200, `${count} of 20000 in tenth ${tenth}`) // 4.7 standard deviations
    }
  })

  test('become standard normal ones', () => {
    const random = createRandom('normal', 1)
    const values = drawn(20_000, () => normal(random))
    assert.ok(Math.abs(mean(values)) < 0.04)
    assert.ok(Math.abs(mean(values.map((value) => value * value)) - 1) < 0.05)
    assert.ok(values.every(Number.isFinite))
  })
})
