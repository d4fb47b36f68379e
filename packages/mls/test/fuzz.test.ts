import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz, fuzzStates } from './fuzz.ts'

test('no message, and no lie of a member, throws or harms the group', () => {
  const { strange, lies, trees } = fuzz(150, 1)
  assert.ok(strange === 150 && lies > 40 && trees > 20, `${strange}, ${lies}, ${trees}`)
})

test('a written group that was changed is refused, or read and used without an exception', () => {
  const read = fuzzStates(300, 2)
  assert.ok(read > 20 && read < 280, `${read} of 300 were read`)
})
