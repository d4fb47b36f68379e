import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTurn } from '../src/dial/in-turn.ts'

test('of several lists the first of each comes first, whichever is longer', () => {
  assert.deepEqual(inTurn([['a', 'b', 'c'], [], ['d']]), ['a', 'd', 'b', 'c'])
  assert.deepEqual(inTurn([]), [])
})
