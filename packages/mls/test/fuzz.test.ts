import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz.ts'

test('no message, and no lie of a member, throws or harms the group', () => {
  const { strange, lies, trees } = fuzz(150, 1)
  assert.ok(strange === 150 && lies > 40 && trees > 20, `${strange}, ${lies}, ${trees}`)
})
