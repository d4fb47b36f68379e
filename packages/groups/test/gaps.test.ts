/** Gaps that a member tells of in the log of another. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Stub } from '../src/entry.ts'
import { Gaps } from '../src/gaps.ts'
import { gapAfter } from '../src/limits.ts'

const now = 1_800_000_000_000
const stub = (seq: number): Stub => ({
  group: 'operator',
  sender: 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH',
  log: new Uint8Array(16),
  seq,
  key: 1,
  time: now,
  hash: new Uint8Array(32),
  signature: new Uint8Array(64),
})

describe('a gap that a member tells of', () => {
  test('is believed once, after others had the time to fill it, and no further than the least that was told', () => {
    const gaps = new Gaps()
    gaps.tell('a', stub(9), now)
    gaps.tell('a', stub(5), now + 1000)
    gaps.tell('a', stub(7), now + 2000)
    assert.equal(gaps.wakeAt, now + gapAfter)
    assert.deepEqual(gaps.takeDue(now + gapAfter - 1), [])
    assert.deepEqual(
      gaps.takeDue(now + gapAfter).map(({ seq }) => seq),
      [5],
    )
    assert.deepEqual([gaps.takeDue(now + 2 * gapAfter), gaps.wakeAt], [[], Infinity])
  })
  test('waits while messages come, and is none once they are there', () => {
    const gaps = new Gaps()
    gaps.tell('a', stub(5), now)
    gaps.goesOn('a', 3, now + gapAfter - 1)
    assert.deepEqual(gaps.takeDue(now + gapAfter), [])
    gaps.goesOn('a', 5, now + gapAfter)
    assert.equal(gaps.wakeAt, Infinity)
  })
  test('waits its time, and no hour more, where the clock was set back', () => {
    const gaps = new Gaps()
    gaps.tell('a', stub(5), now)
    const then = now - 3_600_000
    assert.deepEqual(gaps.takeDue(then), [])
    assert.equal(gaps.wakeAt, then + gapAfter)
  })
})
