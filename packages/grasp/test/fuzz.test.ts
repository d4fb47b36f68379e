/** Whatever arrives, a node neither throws nor grows past its limits, and serves on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz.ts'

test('mutated messages of every kind: none throws, no limit is passed, the node serves on', () => {
  const { messages, wellFormed, effects } = fuzz(400, 1)
  assert.equal(messages, 400)
  // Some must be read and some refused, and some must have an effect, else nothing was tried.
  assert.ok(wellFormed > 60 && wellFormed < 340 && effects > 150, `${wellFormed} well-formed, ${effects} effects`)
})
