import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reportHoldsSeconds } from '@vagus/api'
import { clockSkewSeconds } from '@vagus/identity'
import { maxReports, maxSessions, SessionReports } from '../../src/agents/session-reports.ts'
import { reportOf, sessionOf } from '../support/session-report.ts'

const now = Date.UTC(2026, 10, 26)
const holds = reportHoldsSeconds * 1000
const sessions = (count: number) => Array.from({ length: count }, (_, peer) => sessionOf(`did:key:z6Mk${peer}`, now))

describe('the reports that are held', () => {
  test('are one an agent, its newest; what is not later is a replay, also after it was dropped', () => {
    const reports = new SessionReports()
    assert.equal(reports.hold(reportOf('a', now, sessions(2)), now).type, 'held')
    assert.equal(reports.hold(reportOf('a', now + 1, sessions(1)), now).type, 'held')
    assert.equal(reports.hold(reportOf('b', now - 9000), now).type, 'held')
    assert.deepEqual(
      reports.all(now).map(({ agent, sessions }) => [agent, sessions.length]),
      [
        ['a', 1],
        ['b', 0],
      ],
    )
    assert.deepEqual(reports.hold(reportOf('a', now + 1), now), { type: 'replayed', newest: now + 1 })
    reports.dropEnded(now + holds)
    assert.deepEqual(reports.hold(reportOf('a', now), now + holds), { type: 'replayed', newest: now + 1 })
  })

  test('hold for a time after they came, whatever the clock of the agent says', () => {
    const reports = new SessionReports()
    reports.hold(reportOf('fast', now + clockSkewSeconds * 1000), now)
    reports.hold(reportOf('slow', now - clockSkewSeconds * 1000), now + 1)
    assert.deepEqual(reports.dropEnded(now + holds - 1), [])
    assert.deepEqual(
      reports.all(now + holds).map(({ agent }) => agent),
      ['slow'],
    )
    assert.deepEqual(
      reports.dropEnded(now + holds).map(({ agent }) => agent),
      ['fast'],
    )
    assert.equal(reports.dropEnded(now + holds + 1).length, 1)
    assert.deepEqual(reports.dropEnded(now + 2 * holds), [])
  })

  test('of an agent on a battery hold as much longer as it says that the next one takes', () => {
    const reports = new SessionReports()
    reports.hold({ ...reportOf('robot', now), every: 100 }, now)
    assert.equal(reports.all(now + 124_999).length, 1)
    assert.equal(reports.all(now + 125_000).length, 0)
  })

  test('hold at most so many sessions: beyond it a report is kept without them, and they count as not told', () => {
    const reports = new SessionReports()
    const each = 250
    const full = maxSessions / each
    for (let agent = 0; agent < full; agent++) reports.hold(reportOf(`a${agent}`, now, sessions(each)), now)
    const beyond = reports.hold(reportOf('b', now, sessions(each), 3), now)
    assert.ok(beyond.type === 'held')
    assert.deepEqual([beyond.report.sessions, beyond.report.more], [[], each + 3])
    // Its own sessions make room for those of the next report of an agent.
    const again = reports.hold(reportOf('a0', now + 1, sessions(each)), now)
    assert.ok(again.type === 'held' && again.report.sessions.length === each)
    reports.dropEnded(now + holds)
    const later = reports.hold(reportOf('b', now + 1, sessions(each)), now + holds)
    assert.ok(later.type === 'held' && later.report.sessions.length === each)
  })

  test('are at most as many as agents on the list; who has one goes on', () => {
    const reports = new SessionReports()
    for (let agent = 0; agent < maxReports; agent++) reports.hold(reportOf(`a${agent}`, now), now)
    assert.deepEqual(reports.hold(reportOf('b', now), now), { type: 'full' })
    assert.equal(reports.hold(reportOf('a0', now + 1), now).type, 'held')
  })
})
