import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Event } from '@vagus/api'
import { groupsOf, textOfGroup } from '../../src/state/event-groups.ts'

const made = (id: number, seconds: number, event: Event['event'], subject: string, protocol?: string): Event => ({
  id,
  at: new Date(1_780_000_000_000 + seconds * 1000).toISOString(),
  event,
  severity: 'info',
  subject,
  fields: { device: subject, ...(protocol === undefined ? {} : { protocol }) },
})

const idsOf = (list: readonly Event[]): number[][] => groupsOf(list).map(({ events }) => events.map(({ id }) => id))

describe('like events', () => {
  test('of one subject are one line, also when others come between them', () => {
    const list = [
      made(5, 9, 'exporter.seen', 'pe-1', 'ipfix'),
      made(4, 8, 'exporter.seen', 'pe-2', 'ipfix'),
      made(3, 2, 'exporter.seen', 'pe-1', 'ipfix'),
      made(2, 1, 'exporter.seen', 'pe-1', 'sflow5'),
    ]
    assert.deepEqual(idsOf(list), [[5, 3], [4], [2]])
    const [first, second] = groupsOf(list)
    assert.equal(
      textOfGroup(first!, () => 'one'),
      'pe-1 exports ipfix (2 streams)',
    )
    assert.equal(
      textOfGroup(second!, () => 'one'),
      'one',
    )
  })
  test('of one agent stay apart when they are about different peers', () => {
    const about = (id: number, event: Event['event'], peer: string): Event => ({
      ...made(id, id, event, 'reader'),
      fields: { agent: 'reader', peer, from: 'lan', to: 'wifi', path: 'udp', milliseconds: 32 },
    })
    const list = [
      about(5, 'session.gap', 'writer'),
      about(4, 'session.moved', 'writer'),
      about(3, 'session.moved', 'writer'),
      about(2, 'session.up', 'writer'),
      about(1, 'session.up', 'planner'),
    ]
    assert.deepEqual(idsOf(list), [[5], [4, 3], [2], [1]])
    const texts = groupsOf(list).map((group) => textOfGroup(group, ({ id }) => String(id)))
    assert.deepEqual(texts, ['5', 'reader reaches writer over wifi, after 2 moves', '2', '1'])
  })
  test('say times as a single event does', () => {
    const gap = (id: number): Event => ({
      ...made(id, id, 'session.gap', 'reader'),
      fields: { agent: 'reader', peer: 'writer', milliseconds: 61_400 },
    })
    const [group] = groupsOf([gap(2), gap(1)])
    assert.equal(
      textOfGroup(group!, () => ''),
      'reader heard nothing from writer 2 times, last for 1m 01s',
    )
  })
  test('without a sentence of their own are counted', () => {
    const [group] = groupsOf([made(2, 9, 'store.recovered', 'store'), made(1, 0, 'store.recovered', 'store')])
    assert.equal(
      textOfGroup(group!, () => 'The store writes again'),
      'The store writes again · 2 times',
    )
  })
  test('stay apart when something else happened to the subject between them', () => {
    const list = [
      made(3, 9, 'link.down', 'pe-1-p-1'),
      made(2, 6, 'link.up', 'pe-1-p-1'),
      made(1, 3, 'link.down', 'pe-1-p-1'),
    ]
    assert.deepEqual(idsOf(list), [[3], [2], [1]])
  })
  test('stay apart when more than a minute lies between them', () => {
    const at = (...seconds: number[]): Event[] =>
      seconds.map((each, index) => made(seconds.length - index, each, 'exporter.loss', 'pe-1'))
    assert.deepEqual(idsOf(at(200, 140, 79)), [[3, 2], [1]])
  })
  test('are neither lost nor doubled, and the lines stay in order of their newest', () => {
    const kinds = ['link.up', 'link.down'] as const
    const list = fc.array(fc.tuple(fc.nat(90), fc.nat(1), fc.nat(2)), { maxLength: 30 })
    fc.assert(
      fc.property(list, (steps) => {
        let seconds = 0
        const events = steps
          .map(([wait, kind, subject], id) => made(id + 1, (seconds += wait), kinds[kind]!, `s${subject}`))
          .reverse()
        const groups = groupsOf(events)
        assert.deepEqual(
          groups.flatMap(({ events }) => events.map(({ id }) => id)).sort((a, b) => b - a),
          events.map(({ id }) => id),
        )
        const newest = groups.map(({ newest }) => newest.id)
        assert.deepEqual(
          newest,
          [...newest].sort((a, b) => b - a),
        )
      }),
    )
  })
})
