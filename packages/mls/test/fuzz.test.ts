import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz.ts'

test('no message, no lie of a member, and no changed file throws or harms the group', () => {
  const { strange, lies, trees, states } = fuzz(150, 1)
  assert.ok(strange === 150 && lies > 40 && trees > 20, `${strange}, ${lies}, ${trees}`)
  assert.ok(states > 10 && states < 140, `${states} of 150 states were read`)
})
