import assert from 'node:assert/strict'
import { test } from 'node:test'
import { live } from './lives.ts'

test('random lives of groups: members agree, removed ones open nothing later, new ones nothing earlier', () => {
  const sum = { epochs: 0, forks: 0, external: 0, messages: 0, refused: 0, most: 0 }
  for (let seed = 1; seed <= 5; seed++) {
    const counts = live(seed, 50, 10)
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += counts[name]
  }
  for (const [name, count] of Object.entries(sum)) assert.ok(count > 10, `${name}: ${count}`)
})

test('a random life with up to 40 members', () => {
  assert.ok(live(77, 60, 40).most > 25)
})
