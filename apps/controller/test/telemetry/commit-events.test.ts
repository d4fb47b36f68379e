import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CommitNotice } from '@vagus/api/southbound'
import { sentenceOf } from '@vagus/api'
import { CommitEvents } from '../../src/telemetry/commit-events.ts'

const noc = { kind: 'agent', id: 'did:key:z6Mknoc', name: 'noc' } as const
const pending: CommitNotice = {
  id: 'commit-1',
  state: 'pending',
  by: noc,
  comment: 'a reason',
  added: 1,
  removed: 0,
  at: '2026-11-28T07:00:00.000Z',
  goesBackAt: '2026-11-28T07:02:00.000Z',
  problem: null,
  ended: null,
}
const ended = (state: CommitNotice['state'], because: string, by: CommitNotice['by'] | null = null): CommitNotice => ({
  ...pending,
  state,
  goesBackAt: null,
  ended: { at: '2026-11-28T07:02:00.000Z', by, because },
})
const operator = { kind: 'operator', id: null, name: null } as const

/** The sentences of what an agent answers one after the other. */
function told(...answers: readonly (readonly CommitNotice[])[]): readonly string[] {
  const events = new CommitEvents()
  return answers.flatMap((items) =>
    events.take({ device: 'pe-1', items, kind: 'all' }).map((draft) => sentenceOf(draft)),
  )
}

const begun = 'noc changed pe-1 for a while, 1 line added and 0 removed (commit-1, a reason)'

test('who changed what, why, and what undoes it; then what became of it', () => {
  assert.deepEqual(told([], [pending], [pending], [ended('confirmed', 'it works', operator)]), [
    begun,
    'operator keeps what noc changed in pe-1 (commit-1, a reason)',
  ])
  const applying = { ...pending, added: 0, goesBackAt: null }
  const reverting = { ...pending, goesBackAt: null }
  assert.deepEqual(told([], [applying], [pending], [reverting]), [begun], 'once its lines are known')
  assert.deepEqual(told([], [pending], [ended('reverted', 'nobody confirmed it within 120 s')]), [
    begun,
    'What noc changed in pe-1 has gone back (commit-1): nobody confirmed it within 120 s',
  ])
  assert.deepEqual(
    told(
      [],
      [pending],
      [{ ...pending, state: 'stuck', goesBackAt: null, problem: 'bgpd does not answer' }],
      [ended('reverted', 'bgpd is back')],
    ).slice(1),
    [
      'What noc changed in pe-1 could not be taken back whole, and is tried again (commit-1): bgpd does not answer',
      'What noc changed in pe-1 has gone back (commit-1): bgpd is back',
    ],
  )
})

test('one that came and went between two answers is told whole; one that was refused changed nothing', () => {
  assert.deepEqual(told([], [ended('reverted', 'rolled back', noc)]), [
    begun,
    'What noc changed in pe-1 has gone back (commit-1): rolled back',
  ])
  assert.deepEqual(told([], [ended('refused', '% Unknown command')]), [
    'pe-1 did not take what noc wanted (commit-1, a reason): % Unknown command',
  ])
})

test('the first answer tells nothing: it may be of any time; nor does one that forgot what is over', () => {
  assert.deepEqual(told([pending]), [])
  assert.deepEqual(told([ended('reverted', 'x')], []), [])
})

test('where only changes are told, the others are as they were, and all are listed with the newest first', () => {
  const events = new CommitEvents()
  const take = (kind: 'all' | 'changes', ...items: CommitNotice[]): string[] =>
    events.take({ device: 'pe-1', items, kind }).map((draft) => draft.event)
  const second = { ...pending, id: 'commit-2', at: '2026-11-28T07:05:00.000Z' }
  assert.deepEqual(take('all', pending), [])
  assert.deepEqual(take('changes', second), ['commit.begun'])
  assert.deepEqual(take('changes', ended('confirmed', 'it works')), ['commit.confirmed'])
  assert.deepEqual(take('changes', second), [])
  const listed = events.all().map(({ device, id, state }) => `${device} ${id} ${state}`)
  assert.deepEqual(listed, ['pe-1 commit-2 pending', 'pe-1 commit-1 confirmed'])
  // Told whole again, as after a restart of either side: what is not there any more is forgotten.
  assert.deepEqual(take('all', { ...second, ...ended('reverted', 'x'), id: 'commit-2' }), ['commit.reverted'])
  assert.deepEqual(events.all().length, 1)
})

test('its place in a trace is in the record only where it is one', () => {
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  for (const [said, kept] of [
    [trace, trace],
    ['mine', undefined],
  ]) {
    const events = new CommitEvents()
    events.take({ device: 'pe-1', items: [], kind: 'all' })
    const [begun] = events.take({ device: 'pe-1', items: [{ ...pending, trace: said }], kind: 'all' })
    assert.equal(begun?.trace, kept)
  }
})
