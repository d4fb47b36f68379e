import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultLines } from '../src/index.ts'
import { maxFaultKinds } from '../src/limits.ts'

const faultOf = (peer: string, ...problems: readonly string[]) =>
  ({ type: 'fault', peer, treatment: 'treat-as-withdraw', problems }) as const

test('a fault is told once of each peer, whichever octet it is at', () => {
  const lines = new FaultLines()
  const first = 'attribute 1, octet 23: ORIGIN 3 is none of 0..2'
  assert.deepEqual(lines.newOf(faultOf('router', first)), [
    `router: an UPDATE with a fault, treat-as-withdraw: ${first}`,
  ])
  assert.deepEqual(lines.newOf(faultOf('router', 'attribute 1, octet 40: ORIGIN 7 is none of 0..2')), [])
  assert.equal(lines.newOf(faultOf('router', first, 'attribute 9 comes twice')).length, 1)
  assert.equal(lines.newOf(faultOf('other', first)).length, 1)
})

test('of a peer that finds ever new ones so many are told', () => {
  const lines = new FaultLines()
  const words = Array.from({ length: maxFaultKinds + 10 }, (_, at) => 'x'.repeat(at))
  assert.equal(words.flatMap((word) => lines.newOf(faultOf('router', word))).length, maxFaultKinds)
})
