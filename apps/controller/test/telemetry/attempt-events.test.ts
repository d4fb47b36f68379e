import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventSchema, sentenceOf } from '@vagus/api'
import { auditItems } from '@vagus/api/audit-items'
import type { AttemptNotice } from '@vagus/api/southbound'
import { AttemptEvents } from '../../src/telemetry/attempt-events.ts'

const attempt = (id: string, count = 1): AttemptNotice => ({
  id,
  by: { kind: 'agent', id: 'did:key:z6Mkx', name: 'intern' },
  what: 'no router bgp 64512',
  problem: 'no pattern of the operator allows it',
  count,
  from: '2026-11-28T07:00:00.000Z',
  to: '2026-11-28T07:00:30.000Z',
})

test('each telling is one event, and none of before the first', () => {
  const events = new AttemptEvents()
  assert.deepEqual(events.take('pe-1', [attempt('1-1')]), [])
  const [draft, ...more] = events.take('pe-1', [attempt('1-1'), attempt('1-2', 7)])
  assert.deepEqual(more, [])
  const sentence =
    'intern was refused 7 times at pe-1, last for "no router bgp 64512": no pattern of the operator allows it'
  assert.equal(sentenceOf(draft!), sentence)
  assert.deepEqual(events.take('pe-1', [attempt('1-2', 7)]), [])
  events.keep(new Set())
  assert.deepEqual(events.take('pe-1', [attempt('1-3')]), [], 'a device that is configured anew')
})

test('an event of it is on the record of what was done, as one that changed nothing', () => {
  const events = new AttemptEvents()
  events.take('pe-1', [])
  const [draft] = events.take('pe-1', [attempt('1-1')])
  const event = eventSchema.parse({ id: 1, at: '2026-11-28T07:00:31.000Z', severity: 'warning', ...draft })
  const [item] = auditItems([event])
  assert.equal(item?.changes, 'nothing')
  assert.equal(item?.by?.name, 'intern')
  assert.match(item.what, /^intern was refused 1 time at pe-1/)
})

test('a device that tells without end takes no more than its place', () => {
  const events = new AttemptEvents()
  events.take('pe-1', [])
  for (let at = 0; at < 2000; at++) assert.equal(events.take('pe-1', [attempt(`1-${at}`)]).length, 1)
  assert.equal(events.take('pe-1', [attempt('1-1999')]).length, 0)
})
