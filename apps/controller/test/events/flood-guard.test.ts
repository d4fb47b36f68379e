import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EventDraft } from '../../src/events/event-draft.ts'
import { eventsPerMinute, FloodGuard } from '../../src/events/flood-guard.ts'

const malformed = (host: number): EventDraft => ({
  event: 'exporter.malformed',
  subject: `192.0.2.${host}`,
  fields: {},
})
const floodOf = (count: number): readonly EventDraft[] => Array.from({ length: count }, (_, host) => malformed(host))

describe('a flood of events', () => {
  test('is told up to a limit a minute, and its rest as one number when the minute is over', () => {
    const guard = new FloodGuard()
    assert.equal(guard.step(floodOf(eventsPerMinute + 7), 1000).length, eventsPerMinute)
    assert.deepEqual(guard.step(floodOf(5), 2000), [])
    assert.deepEqual(guard.step([], 61_000), [
      {
        event: 'receiver.flood',
        subject: 'receiver',
        fields: { count: 12, name: 'exporter.malformed', list: 'vagus exporter ls' },
      },
    ])
    assert.deepEqual(guard.step(floodOf(1), 62_000), floodOf(1))
  })

  test('is over when the clock is set back: its minute may not end for hours', () => {
    const guard = new FloodGuard(1)
    guard.step(floodOf(3), 3_600_000)
    assert.equal(guard.step(floodOf(1), 1000).length, 2)
  })

  test('holds back no event of another name', () => {
    const guard = new FloodGuard()
    guard.step(floodOf(eventsPerMinute + 1), 1000)
    const silent: EventDraft = { event: 'exporter.loss', subject: 'pe-1', fields: {} }
    assert.deepEqual(guard.step([silent], 1000), [silent])
  })

  test('of agents and sessions is held back by a limit of its own, and says where all of them are', () => {
    const guard = new FloodGuard(1)
    const drafts = (['agent.listed', 'session.over'] as const).flatMap((event) => {
      const draft: EventDraft = { event, subject: 'a', fields: {} }
      return [draft, draft, draft]
    })
    assert.equal(guard.step(drafts, 1000).length, 2)
    assert.deepEqual(
      guard.step([], 61_000).map(({ fields }) => [fields['count'], fields['name'], fields['list']]),
      [
        [2, 'agent.listed', 'vagus agent ls'],
        [2, 'session.over', 'vagus session ls'],
      ],
    )
  })
})
