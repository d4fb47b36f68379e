import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sentenceOf } from '@vagus/api'
import type { ActuationList } from '@vagus/api/telemetry'
import { ClassEvents } from '../../src/telemetry/class-events.ts'

const actuation = (count: number): ActuationList['active'][number] => ({
  id: `10.16.0.0/16@2#k7f.${count}`,
  owner: 'noc',
  prefix: '10.16.0.0/16',
  interface: 'eth0',
  class: count,
  appliedAt: '2026-11-26T03:00:00.000Z',
  expiresAt: '2026-11-26T03:01:00.000Z',
})
const list = (active: readonly number[], ended: readonly (readonly [number, string])[] = []): ActuationList => ({
  apiVersion: 'vagus/v1',
  kind: 'ActuationList',
  device: 'pe-1',
  active: active.map(actuation),
  ended: ended.map(([count, why]) => ({ actuation: actuation(count), why, at: '2026-11-26T03:00:30.000Z' })),
})
const applied = Date.parse('2026-11-26T03:00:00.000Z')
/** `after`: milliseconds since the classes were applied. */
const told = (events: ClassEvents, answer: ActuationList, after = 0): readonly string[] =>
  events.take('pe-1', answer, applied + after).map(sentenceOf)
const missed = (events: ClassEvents, after: number): readonly string[] =>
  events.miss('pe-1', applied + after).map(sentenceOf)

test('classes that are set, replaced and ended are told once each', () => {
  const events = new ClassEvents()
  assert.deepEqual(told(events, list([1], [[9, 'undone']])), [])
  assert.deepEqual(
    told(
      events,
      list(
        [2],
        [
          [9, 'undone'],
          [1, 'replaced'],
        ],
      ),
    ),
    ['noc gave 10.16.0.0/16 class 2 at pe-1 eth0, for 1m', 'Class 1 of 10.16.0.0/16 at pe-1 eth0 has ended: replaced'],
  )
  assert.deepEqual(told(events, list([2], [[1, 'replaced']])), [])
  assert.deepEqual(
    told(
      events,
      list(
        [],
        [
          [1, 'replaced'],
          [2, 'original-gone'],
        ],
      ),
    ),
    ['Class 2 of 10.16.0.0/16 at pe-1 eth0 has ended: original gone'],
  )
})

test('a class that came and went between two answers is told of, and one that went with its agent', () => {
  const events = new ClassEvents()
  told(events, list([1]))
  assert.deepEqual(told(events, list([1], [[3, 'expired']])), [
    'noc gave 10.16.0.0/16 class 3 at pe-1 eth0, for 1m',
    'Class 3 of 10.16.0.0/16 at pe-1 eth0 has ended: expired',
  ])
  assert.deepEqual(told(events, list([])), ['Class 1 of 10.16.0.0/16 at pe-1 eth0 has ended: agent restarted'])
  events.keep(new Set())
  assert.deepEqual(told(events, list([1])), [])
})

test('classes of an agent that answers no more end with their time, or once it is gone', () => {
  const events = new ClassEvents()
  assert.deepEqual(missed(events, 0), [])
  told(events, list([1]), 10_000)
  assert.deepEqual(missed(events, 24_999), [])
  assert.deepEqual(missed(events, 25_000), ['Class 1 of 10.16.0.0/16 at pe-1 eth0 has ended: agent gone'])
  assert.deepEqual(missed(events, 70_000), [])
  // It was there all the time.
  assert.deepEqual(told(events, list([1]), 50_000), ['noc gave 10.16.0.0/16 class 1 at pe-1 eth0, for 1m'])
  assert.deepEqual(missed(events, 59_999), [])
  assert.deepEqual(missed(events, 60_000), ['Class 1 of 10.16.0.0/16 at pe-1 eth0 has ended: expired'])
  assert.deepEqual(told(events, list([], [[1, 'expired']]), 61_000), [])
})

test('classes of an agent whose answers are unclear end with their time and no sooner', () => {
  const events = new ClassEvents()
  told(events, list([1]), 10_000)
  const unclear = (after: number): number => events.miss('pe-1', applied + after, 'unclear').length
  assert.deepEqual([unclear(59_999), events.inForce('pe-1').length], [0, 1])
  assert.deepEqual([unclear(60_000), events.inForce('pe-1').length], [1, 0])
})
