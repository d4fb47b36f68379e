import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ReportedSession, reportHoldsSeconds } from '@vagus/api'
import type { EventDraft } from '../../src/events/event-draft.ts'
import { SessionEvents } from '../../src/agents/session-events.ts'
import { pathOf, sessionOf } from '../support/session-report.ts'

const started = Date.UTC(2026, 10, 26)
const since = started + 60_000
const names: Readonly<Record<string, string>> = { 'did:a': 'a', 'did:b': 'b', 'did:gate': 'gate' }

/** Reports come a second after each other; what they make is written `event agent>peer fields`. */
function watch(listed = names, startedAt = started) {
  const events = new SessionEvents(startedAt)
  const nameOf = (id: string): string | undefined => listed[id]
  let now = since
  const text = ({ event, subject, fields: { agent, peer, ...fields } }: EventDraft): string => {
    assert.equal(subject, agent)
    return [event, `${agent}>${peer}`, ...Object.values(fields)].join(' ')
  }
  return {
    tell: (agent: string, sessions: readonly ReportedSession[], more = 0): readonly string[] => {
      now += 1000
      const report = { agent, at: now, receivedAt: now, sessions, more }
      return events.take(report, nameOf).map(text)
    },
    end: (agent: string): readonly string[] => events.end(agent, nameOf).map(text),
    at: (time: number) => void (now = time),
  }
}
const from = (peer: string, more: Partial<ReportedSession> = {}) => sessionOf(peer, since, more)
const to = (peer: string) => from(peer, { role: 'responder' })
const by = (...paths: ReportedSession['paths']) => from('did:b', { paths })

describe('a session of which both ends tell', () => {
  const up = 'session.up a>b udp 10.18.0.2:7601'

  test('is up once and over once, whoever tells first', () => {
    const first = watch()
    assert.deepEqual(first.tell('did:a', [from('did:b')]), [up])
    assert.deepEqual(first.tell('did:b', [to('did:a')]), [])
    assert.deepEqual(first.tell('did:a', [from('did:b')]), [])
    assert.deepEqual(first.tell('did:b', []), [])
    assert.deepEqual(first.tell('did:a', []), ['session.over a>b'])
    const last = watch()
    assert.deepEqual(last.tell('did:b', [to('did:a')]), [])
    assert.deepEqual(last.tell('did:a', [from('did:b')]), [up])
    assert.deepEqual(last.tell('did:a', []), ['session.over a>b'])
    assert.deepEqual(last.tell('did:b', []), [])
  })

  test('is told of by the responder when the initiator is not listed, also when it is listed later', () => {
    const listed: Record<string, string> = { 'did:b': 'b' }
    const { tell } = watch(listed)
    assert.deepEqual(tell('did:b', [to('did:a')]), ['session.up b>did:a udp 10.18.0.2:7601'])
    listed['did:a'] = 'a'
    assert.deepEqual(tell('did:a', [from('did:b')]), [])
    assert.deepEqual(tell('did:a', []), [])
    assert.deepEqual(tell('did:b', []), ['session.over b>a'])
  })

  test('is over when nothing is told any more, and up when it is told again', () => {
    const { tell, end } = watch()
    tell('did:b', [to('did:a')])
    tell('did:a', [from('did:b')])
    assert.deepEqual(end('did:a'), ['session.over a>b'])
    assert.deepEqual(end('did:b'), [])
    assert.deepEqual(tell('did:a', [from('did:b')]), [up])
  })

  test('is up once when both ends are initiators, or one tells of two sessions', () => {
    const { tell } = watch()
    assert.deepEqual(tell('did:a', [from('did:b'), sessionOf('did:b', since + 1)]), [up])
    assert.deepEqual(tell('did:b', [from('did:a')]), [])
    assert.deepEqual(tell('did:a', [from('did:b')]), [])
  })
})

describe('sessions that were there before', () => {
  test('are not news when we start, but are over when they end', () => {
    const { tell, at } = watch(names, since + 60_000)
    at(since + 61_000)
    assert.deepEqual(tell('did:a', [from('did:b')]), [])
    assert.deepEqual(tell('did:a', []), ['session.over a>b'])
    at(since + 60_000 + reportHoldsSeconds * 1000)
    assert.equal(tell('did:b', [from('did:a')]).length, 1, 'the first report of an agent that comes later')
  })

  test('are neither up nor over when a report could not hold them', () => {
    const { tell, at } = watch()
    assert.equal(tell('did:a', [from('did:b'), from('did:c')]).length, 2)
    assert.deepEqual(tell('did:a', [from('did:b')], 1), [])
    assert.deepEqual(tell('did:a', [from('did:b'), from('did:c')]), [])
    assert.deepEqual(tell('did:a', [from('did:b')], 1), [])
    at(since + 100_000)
    const young = sessionOf('did:d', since + 100_000)
    assert.deepEqual(tell('did:a', [from('did:b'), young]), ['session.up a>did:d udp 10.18.0.2:7601'])
  })
})

describe('a session that goes on', () => {
  test('has moved when another path is primary, with a time without one or not', () => {
    const { tell } = watch()
    const relay = pathOf('relay', 'did:gate/h4ndle')
    assert.deepEqual(tell('did:a', [by()]), ['session.up a>b no path yet'])
    assert.deepEqual(tell('did:a', [by(pathOf('udp', '10.18.0.2:7601'))]), [])
    assert.deepEqual(tell('did:a', [by(pathOf('udp', '10.18.0.2:7601', { primary: false }))]), [])
    assert.deepEqual(tell('did:a', [by(relay)]), ['session.moved a>b udp 10.18.0.2:7601 relay gate'])
    const stranger = pathOf('relay', 'did:other/h4ndle')
    assert.deepEqual(tell('did:a', [by(stranger)]), ['session.moved a>b relay gate relay did:other'])
    assert.deepEqual(tell('did:a', [by({ ...stranger, roundTripMs: 9, state: 'suspect' })]), [])
  })

  test('is about to move, as the end says that moves, once', () => {
    const { tell } = watch()
    const moving = { by: 'agent', to: '5g', at: '2026-11-26T00:00:05.000Z', gapMs: 300.4 } as const
    const to = (changes: object) => [sessionOf('did:b', since, changes)]
    tell('did:a', to({}))
    assert.deepEqual(tell('did:a', to({ moving })), ['session.moving a>b 5g 300'])
    assert.deepEqual(tell('did:a', to({ moving })), [])
    const again = { ...moving, to: null, at: '2026-11-26T00:01:05.000Z' }
    assert.deepEqual(tell('did:a', to({ moving: again })), ['session.moving a>b another network 300'])
    assert.deepEqual(tell('did:a', to({ moving: { ...moving, by: 'peer' } })), [], 'the peer tells that')
  })

  test('has moved from one near end to another one, and says which', () => {
    const { tell } = watch()
    tell('did:a', [by(pathOf('ws', 'b.example/vagus'))])
    assert.deepEqual(tell('did:a', [by(pathOf('ws', 'b.example/vagus', { local: 'ws://[2001:db8::1]:5' }))]), [
      'session.moved a>b ws from 10.0.0.1:40001 ws from [2001:db8::1]:5',
    ])
  })

  test('had a gap when there are more of them, as each end says; another session with the peer counts anew', () => {
    const { tell } = watch()
    const gaps = (count: number, lastMs: number | null, at = since) =>
      sessionOf('did:b', at, { gaps: { count, lastMs, longestMs: lastMs } })
    assert.equal(tell('did:a', [gaps(3, 10)]).length, 1)
    assert.deepEqual(tell('did:a', [gaps(3, 10)]), [])
    assert.deepEqual(tell('did:a', [gaps(5, 1200.4)]), ['session.gap a>b 1200'])
    assert.deepEqual(tell('did:a', [gaps(1, 20, since + 1)]), [], 'too short to tell')
    assert.deepEqual(tell('did:a', [gaps(2, 2000, since + 1)]), ['session.gap a>b 2000'])
    assert.deepEqual(tell('did:a', [gaps(3, null, since + 1)]), [])
    const other = { ...to('did:a'), gaps: { count: 0, lastMs: null, longestMs: null } }
    tell('did:b', [other])
    assert.deepEqual(tell('did:b', [{ ...other, gaps: { count: 1, lastMs: 1000, longestMs: 1000 } }]), [
      'session.gap b>a 1000',
    ])
  })
})
