import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sentenceOf } from '@vagus/api'
import { type AttemptNotice, southboundNewsSchema, type SouthboundNews } from '@vagus/api/southbound'
import type { EventDraft } from '../../src/events/event-draft.ts'
import { startCommitWatch } from '../../src/telemetry/commit-watch.ts'

const attempt = (id: string): AttemptNotice => ({
  id,
  by: { kind: 'agent', id: 'did:key:z6Mkx', name: 'intern' },
  what: 'no router bgp 64512',
  problem: 'no pattern of the operator allows it',
  count: 1,
  from: '2026-11-28T07:00:00.000Z',
  to: '2026-11-28T07:00:30.000Z',
})
const news = (attempts: readonly AttemptNotice[]): SouthboundNews => ({
  apiVersion: 'vagus/v1',
  kind: 'SouthboundNews',
  device: 'x',
  commits: [],
  attempts: [...attempts],
})

test('a device that tells of ever more displaces no events of others', () => {
  const told: EventDraft[] = []
  let now = 0
  const devices = ['pe-1', 'pe-2'].map((name) => ({ name, id: `did:${name}`, agent: undefined }))
  const watch = startCommitWatch(
    () => devices,
    (draft) => void told.push(draft),
    () => now,
  )
  try {
    for (const { id } of devices) watch.told(id, news([]), 'all')
    for (let round = 0; round < 20; round++)
      watch.told('did:pe-1', news(Array.from({ length: 200 }, (_, at) => attempt(`${round}-${at}`))), 'changes')
    assert.equal(told.length, 30)
    watch.told('did:pe-2', news([attempt('1')]), 'changes')
    assert.equal(told.at(-1)?.fields['device'], 'pe-2')
    now += 60_000
    watch.told('did:pe-1', news([]), 'changes')
    assert.match(sentenceOf(told.at(-1)!), /^3970 more events attempt\.refused within a minute/)
  } finally {
    watch.stop()
  }
})

test('names and ids in what a device tells are short', () => {
  const one = attempt('1')
  assert.ok(southboundNewsSchema.safeParse(news([one])).success)
  for (const by of [
    { ...one.by, id: 'x'.repeat(2049) },
    { ...one.by, name: 'x'.repeat(257) },
  ])
    assert.ok(!southboundNewsSchema.safeParse(news([{ ...one, by }])).success)
})
