import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz.ts'

test('no message, and no lie of a member, throws or harms the group', () => {
  const { strange, lies, trees } = fuzz(400, 1)
  assert.ok(strange === 400 && lies > 50 && trees > 20, `${strange}, ${lies}, ${trees}`)
})
