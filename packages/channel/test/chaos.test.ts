import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chaos } from './chaos.ts'

test('every octet of every stream arrives once and in order, whatever links lose, repeat, reorder and however they are cut', () => {
  let cuts = 0
  let octets = 0
  for (let seed = 1; seed <= 25; seed++) {
    const result = chaos(seed)
    cuts += result.cuts
    octets += result.octets
  }
  assert.ok(cuts > 30 && octets > 500_000, `${cuts} cuts, ${octets} octets`)
})

test('the same holds where radios sleep and tolerant classes wait for them', () => {
  for (let seed = 101; seed <= 120; seed++) chaos(seed, 'asleep')
})
