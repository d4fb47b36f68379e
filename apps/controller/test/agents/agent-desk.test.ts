import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ReportedSession, reportHoldsSeconds, sentenceOf } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import { identityCrypto } from '@vagus/transport'
import { AgentDesk } from '../../src/agents/agent-desk.ts'
import { AgentList } from '../../src/agents/agent-list.ts'
import type { EventDraft } from '../../src/events/event-draft.ts'
import { documentOf } from '../support/agent-document.ts'
import { idOf, reportOf, sessionOf, signed } from '../support/session-report.ts'

const started = Date.UTC(2026, 10, 26)

function desk() {
  let now = started
  const told: EventDraft[] = []
  const keeper = { load: () => [], keep: () => undefined, forget: () => undefined }
  const agents = new AgentDesk({
    list: new AgentList(keeper, identityCrypto, now),
    crypto: identityCrypto,
    siteOf: () => null,
    membershipOf: () => undefined,
    fleetOf: (owner) => (owner === 'acme' ? (id) => id === idOf(3) : undefined),
    tell: (draft) => void told.push(draft),
    now: () => now,
  })
  const publish = (name: string, first: number) =>
    agents.publish(name, documentOf(name, Math.floor(now / 1000), now, { first }))
  return {
    agents,
    publish,
    /** Goes on by so many milliseconds. */
    after: (milliseconds: number) => void (now += milliseconds),
    tell: (name: string, first: number, peers: readonly string[], ends?: true) => {
      const sessions = peers.map((peer) => sessionOf(peer, now))
      return agents.report(name, signed({ ...reportOf(idOf(first), now, sessions), ends }, first))
    },
    /** @param run undefined: as programs from before tell, which say no process */
    tellAs: (name: string, first: number, run: string | undefined) =>
      agents.report(name, signed({ ...reportOf(idOf(first), now), ...(run !== undefined && { run }) }, first)),
    tellMove: (name: string, first: number, moving: ReportedSession['moving']) =>
      agents.report(
        name,
        signed(
          reportOf(idOf(first), now, [sessionOf(idOf(5), started, moving === undefined ? {} : { moving })]),
          first,
        ),
      ),
    events: () => told.splice(0).map(sentenceOf),
  }
}

describe('where agents tell of themselves', () => {
  test('a second holder of a key is noticed also where it tells as programs from before do', () => {
    const { publish, after, tellAs, events } = desk()
    publish('a', 1)
    events()
    for (const run of [undefined, undefined, 'one', 'one']) {
      tellAs('a', 1, run)
      after(10_000)
    }
    assert.deepEqual(events(), []) // it was updated
    tellAs('a', 1, undefined)
    assert.match(events().join(), /Two processes in turn tell of the sessions of a/)
  })
  test('a session is over when its report has run out, and is listed no more', () => {
    const { agents, publish, after, tell, events } = desk()
    publish('a', 1)
    publish('a', 1)
    assert.deepEqual(events(), ['a (worker) has published itself, at no address'])
    assert.deepEqual(tell('a', 1, [idOf(5)]), { type: 'taken' })
    assert.deepEqual(events(), [`a has a session with ${shortId(idOf(5))}, over udp 10.18.0.2:7601`])
    after(reportHoldsSeconds * 1000 - 1)
    agents.step()
    assert.deepEqual(events(), [])
    after(1)
    const list = agents.sessions({})
    assert.ok('items' in list && list.items.length === 0)
    agents.step()
    agents.step()
    assert.deepEqual(events(), [`The session of a with ${shortId(idOf(5))} has ended`])
  })

  test('who is taken off the list is told, as who comes onto it', () => {
    const { agents, publish, events } = desk()
    publish('a', 1)
    events()
    assert.equal(agents.forget('a')?.name, 'a')
    assert.equal(agents.forget('a'), undefined)
    assert.deepEqual(events(), ['a (worker) was taken off the list (by operator)'])
  })

  test('each report is a sign of life; with one that says so the agent ends, and its sessions', () => {
    const { agents, publish, after, tell, events } = desk()
    publish('a', 1)
    after(5000)
    tell('a', 1, [idOf(5)])
    assert.equal(agents.find('a')?.seenAt, new Date(started + 5000).toISOString())
    events()
    after(1000)
    tell('a', 1, [], true)
    assert.deepEqual(events(), [`The session of a with ${shortId(idOf(5))} has ended`])
    assert.equal(agents.find('a')?.state, 'away')
  })

  test('a fleet that comes at once is told up to a limit a minute, and its rest as one number', () => {
    const { agents, publish, after, tell, events } = desk()
    publish('a', 1)
    events()
    tell(
      'a',
      1,
      Array.from({ length: 60 }, (_, peer) => `did:key:z6Mk${peer}`),
    )
    assert.equal(events().length, 50)
    after(60_000)
    agents.step()
    assert.ok(
      events().includes('10 more events session.up within a minute, not shown one by one; vagus session ls shows all'),
    )
  })

  test('an agent is asked for by name or id: of one that nobody knows there is no list', () => {
    const { agents, publish } = desk()
    publish('a', 1)
    assert.deepEqual(agents.sessions({ agent: 'a', peer: 'b' }), { unknown: 'b' })
    assert.deepEqual(agents.sessions({ agent: 'did:key:z6MkNone' }), { unknown: 'did:key:z6MkNone' })
    assert.ok('items' in agents.sessions({ agent: 'a', peer: idOf(7) }))
    assert.deepEqual(agents.report('b', ''), { type: 'unlisted' })
  })
})

test('the list is also that of a fleet, by its roster', () => {
  const { agents, publish } = desk()
  publish('member', 3)
  publish('stranger', 5)
  const found = agents.all({ fleet: 'acme', n: 1 })
  assert.ok('items' in found)
  assert.deepEqual([found.items.map(({ name }) => name), found.more], [['member'], 0])
  assert.deepEqual(agents.all({ fleet: 'globex' }), { unknownFleet: 'globex' })
})

test('an agent that announced a move is listed as moving until it tells that it is over', () => {
  const { agents, publish, after, tellMove } = desk()
  publish('mover', 3)
  const moving = { by: 'agent', to: '5g', at: '2026-11-26T00:00:05.000Z', gapMs: 300 } as const
  const listed = (told: ReportedSession['moving']) => {
    after(1000)
    assert.equal(tellMove('mover', 3, told).type, 'taken')
    return agents.find('mover')?.moving
  }
  assert.deepEqual(listed(moving), { to: '5g', at: moving.at, gapMs: 300 })
  assert.equal(listed({ ...moving, by: 'peer' }), undefined)
  assert.equal(listed(undefined), undefined)
})
