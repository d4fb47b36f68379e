import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeldOctets, HeldRequest } from '../src/held-octets.ts'

test('one caller holds a part of what all may hold, and has room again when some is released', () => {
  const mebi = 2 ** 20
  const held = new HeldOctets({ ofAll: 256 * mebi, ofOneCaller: 64 * mebi })
  assert.equal(held.add('a', 64 * mebi), true)
  assert.equal(held.add('a', 1), false)
  for (const other of ['b', 'c', 'd']) assert.equal(held.add(other, 64 * mebi), true)
  assert.equal(held.add('e', 1), false)
  held.release('a', 64 * mebi)
  assert.deepEqual([held.add('e', 1), held.add('a', 64 * mebi), held.add('a', 64 * mebi - 1)], [true, false, true])
})

test('a request releases what it holds, and that once', () => {
  const held = new HeldOctets({ ofAll: 10, ofOneCaller: 10 })
  const [one, other] = [new HeldRequest(held, 'a'), new HeldRequest(held, 'a')]
  assert.deepEqual([one.add(6), one.add(5), other.add(4), one.octets], [true, false, true, 6])
  one.release()
  one.release()
  assert.deepEqual([other.add(7), other.add(6), other.octets], [false, true, 10])
})
