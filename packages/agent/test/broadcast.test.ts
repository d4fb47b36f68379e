import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Broadcast } from '../src/broadcast.ts'

test('a listener gets what it began with and what was said since, the newest if it is slow', async () => {
  const said = new Broadcast<number>(3)
  const [slow, left] = [said.listen([1]), said.listen()]
  await left.return!()
  for (const value of [2, 3, 4]) said.say(value)
  said.end()
  assert.deepEqual([await Array.fromAsync(slow), await Array.fromAsync(left)], [[2, 3, 4], []])
})

test('one that comes after the end gets what it began with, and waits for nothing', async () => {
  const said = new Broadcast<number>(3)
  said.end()
  said.say(1)
  assert.deepEqual(await Array.fromAsync(said.listen([5])), [5])
})
