import assert from 'node:assert/strict'
import { test } from 'node:test'
import { live } from './lives.ts'

test('random lives of groups: members agree, removed ones open nothing later, new ones nothing earlier', () => {
  const sum = { epochs: 0, forks: 0, external: 0, messages: 0, refused: 0, most: 0 }
  for (let seed = 1; seed <= 4; seed++) {
    const counts = live(seed, 45, 8)
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += counts[name]
  }
  for (const [name, count] of Object.entries(sum)) assert.ok(count > 4, `${name}: ${count}`)
})

test('a random life with up to 40 members', () => {
  assert.ok(live(77, 40, 40).most > 20)
})
