/** What a join proxy says of newcomers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToldLines } from '../../src/joining/told-lines.ts'

test('each is told of once, until there is something else to say of it', () => {
  const lines = new ToldLines()
  assert.deepEqual(lines.tell('a', 'comes', 0), ['comes'])
  assert.deepEqual(lines.tell('a', 'comes', 1), [])
  assert.deepEqual(lines.tell('a', 'is refused', 2), ['is refused'])
})

test('any number of them fills no log', () => {
  const lines = new ToldLines()
  const said: string[] = []
  for (let count = 0; count < 5000; count++) said.push(...lines.tell(`fe80::${count}`, `${count} comes`, count))
  for (let count = 0; count < 5000; count++) said.push(...lines.tell('fe80::1', `${count % 2}`, 5000 + count))
  assert.equal(said.length, 30)
  assert.deepEqual(lines.tell('fe80::2', 'comes later', 60_000), [
    '9970 lines about newcomers were left out',
    'comes later',
  ])
})
