import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flood } from './flood.ts'

test('a flood of first messages costs an agent a cookie each and no memory, and who is honest gets in meanwhile', async () => {
  const { sent, answers, retries, grown, honest, tried } = await flood(3, 2000)
  const said = JSON.stringify({ sent, answers, retries, grown, honest, tried })
  // Half of them would be worth an answer. 256 sessions may wait for their other side before cookies are asked for.
  assert.ok(answers <= 300 && answers < sent / 4, said)
  assert.ok(retries > answers, said)
  assert.ok(grown < 100, said)
  assert.ok(honest.length > 0 && honest.length === tried, said)
})
