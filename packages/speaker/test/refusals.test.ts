import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { maxRefusedAddresses } from '../src/limits.ts'
import { Refusals } from '../src/thread/refusals.ts'

describe('refused connections', () => {
  test('of one address are told once a minute, with how many there were', () => {
    const refusals = new Refusals()
    assert.deepEqual(
      [0, 5000, 59_999, 60_000, 61_000].map((now) => refusals.add('192.0.2.8', now)),
      [1, undefined, undefined, 3, undefined],
    )
  })

  test('of another address do not hide it', () => {
    const refusals = new Refusals()
    refusals.add('192.0.2.99', 0)
    assert.equal(refusals.add('192.0.2.8', 1), 1)
  })

  test('of more addresses than are counted are not told, until one of those is a minute old', () => {
    const refusals = new Refusals()
    for (let at = 0; at < maxRefusedAddresses; at++) assert.equal(refusals.add(`192.0.2.${at}`, at), 1)
    assert.equal(refusals.add('198.51.100.1', 59_999), undefined)
    assert.equal(refusals.add('198.51.100.1', 60_000), 1)
    assert.equal(refusals.add('198.51.100.2', 60_000), undefined)
  })
})
