import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Actor } from '@vagus/api/southbound'
import { type Commits, noCommits, stepCommits } from '@vagus/southbound'
import { commitDeeds } from '../src/southbound/commit-deeds.ts'

const by: Actor = { kind: 'agent', id: 'did:key:z6Mk', name: 'noc' }
const request = { key: '', by, comment: 'why', edits: [], base: 'r1', before: '', confirmWithin: 10_000 }
const none: Commits<Actor> = noCommits

test('what a commit did is told in few octets, however long its lines are and whatever the router says', () => {
  const begun = stepCommits(none, { type: 'requested', request, now: 0 }).state
  const added = Array.from({ length: 500 }, (_, at) => ['interface eth1', `description ${'x'.repeat(1000)}${at}`])
  const applied = stepCommits(begun, { type: 'applied', change: { added, removed: [] }, now: 1 }).state
  const [told] = commitDeeds(begun, applied)
  assert.equal(told!.fields['added'], 500)
  assert.match(String(told!.fields['lines']), /^\+ interface eth1 \/ description x+0\n\+ interface eth1/)
  assert.ok(JSON.stringify(told).length < 6000)

  const refused = stepCommits(begun, { type: 'rejected', because: 'x'.repeat(100_000), change: null, now: 1 }).state
  const over = stepCommits(refused, { type: 'reverted', change: { added: [], removed: [] }, now: 2 }).state
  const [end] = commitDeeds(refused, over)
  assert.equal(end!.event, 'commit.refused')
  assert.ok(JSON.stringify(end).length < 6000)
})
