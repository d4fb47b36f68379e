import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeldOctets } from '../../src/served/held-octets.ts'

test('one caller holds a part of what all may hold, and has room again when some is released', () => {
  const held = new HeldOctets()
  const mebi = 2 ** 20
  assert.equal(held.add('a', 64 * mebi), true)
  assert.equal(held.add('a', 1), false)
  for (const other of ['b', 'c', 'd']) assert.equal(held.add(other, 64 * mebi), true)
  assert.equal(held.add('e', 1), false)
  held.release('a', 64 * mebi)
  assert.deepEqual([held.add('e', 1), held.add('a', 64 * mebi), held.add('a', 64 * mebi - 1)], [true, false, true])
})
