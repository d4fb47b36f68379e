import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Session } from '@vagus/api'
import { directPathChecks } from '../src/doctor/direct-paths.ts'
import { type AgentPath, agentPathText } from '../src/session/agent-path-text.ts'
import { whyNotBetter } from '../src/session/why-not.ts'
import { noPaint } from '../src/paint.ts'
import { idOf, path, session, sessionsNow } from './session-samples.ts'

const failed = (why: string, own = 'endpoint-independent', peer: string | null = null): Session['traversal'] => ({
  state: 'failed',
  own,
  peer,
  why,
})

function textOf(more: Partial<Session>): string {
  const views = [session('boss', 'writer', more)]
  const found: AgentPath = {
    apiVersion: 'vagus/v1',
    kind: 'AgentPath',
    from: { name: 'boss', id: idOf('boss') },
    to: { name: 'writer', id: idOf('writer') },
    views,
    ...whyNotBetter({ views, to: idOf('writer'), addresses: [] }),
    addresses: [],
    hold: true,
  }
  return agentPathText(found, { columns: 100, paint: noPaint, detail: 'plain' }, sessionsNow)
}

describe('the path between agents behind NATs', () => {
  test('says how each NAT maps, and where others see an end', () => {
    const text = textOf({
      paths: [path('udp', { primary: true, mapped: 'udp://203.0.113.5:40001' }), path('relay')],
      traversal: { state: 'open', own: 'endpoint-independent', peer: 'none', why: null },
    })
    assert.match(text, /^boss → writer: directly, over UDP/)
    assert.match(text, /through a NAT, which shows udp:\/\/10\.18\.0\.9:40001 as udp:\/\/203\.0\.113\.5:40001/)
    assert.match(text, /boss: a NAT with one port for all \(endpoint-independent mapping\)\nwriter: no NAT\n/)
    assert.match(text, /no path is better$/)
  })

  for (const [why, says] of [
    ['both-dependent', /the NATs of both boss and writer map each destination to another port/],
    ['own-blocked', /UDP does not get out where boss is/],
    ['peer-blocked', /UDP does not get out where writer is/],
    ['no-hairpin', /are behind the same NAT/],
    ['no-reply', /writer does not take part/],
    ['no-observer', /no relay tells boss/],
    ['of-a-later-version', /no way through the NATs: of-a-later-version/],
  ] as const)
    test(`says why it stays at the relay: ${why}`, () => {
      const text = textOf({ paths: [path('relay', { primary: true, proxy: '10.0.0.1:3128' })], traversal: failed(why) })
      assert.match(text, /^boss → writer: through a relay, relay|^boss → writer: through a relay, /)
      assert.match(text, /by the proxy 10\.0\.0\.1:3128/)
      assert.match(text.replace(/\n +/g, ' '), /why not directly, over UDP/)
      assert.match(text.replace(/\n +/g, ' '), says)
    })
})

describe('the doctor', () => {
  const relayed = [path('relay', { primary: true })]
  const checks = (...sessions: readonly Session[]) =>
    directPathChecks(sessions).map(({ state, found }) => `${state} ${found}`)

  test('says nothing without sessions, and that all is well where nothing is at a relay', () => {
    assert.deepEqual(checks(), [])
    assert.deepEqual(checks(session('boss', 'writer')), ['ok 1 session, 0 through a relay'])
  })

  test('says where UDP is blocked, and why sessions stay at relays', () => {
    const found = checks(session('boss', 'writer', { paths: relayed, traversal: failed('own-blocked', 'blocked') }))
    assert.match(found[0]!, /^warn boss: UDP does not get out/)
    assert.match(found[1]!, /^warn 1 session, 1 through a relay; boss and writer: UDP does not get out where boss is/)
  })
})
