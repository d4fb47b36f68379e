import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../src/random.ts'

test('mulberry32 gives its known numbers', () => {
  const random = createRandom(1)
  assert.deepEqual([random(), random(), random()], [0.6270739405881613, 0.002735721180215478, 0.5274470399599522])
})

test('numbers are within 0..1, and evenly spread', () => {
  const random = createRandom(0xffffffff)
  const numbers = Array.from({ length: 10_000 }, random)
  assert.ok(numbers.every((each) => each >= 0 && each < 1))
  const mean = numbers.reduce((sum, each) => sum + each) / numbers.length
  assert.ok(Math.abs(mean - 0.5) < 0.02, `the mean is ${mean}`)
})
