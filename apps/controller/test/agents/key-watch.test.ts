import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ReportedSession } from '@vagus/api'
import { KeyWatch } from '../../src/agents/key-watch.ts'
import type { HeldReport } from '../../src/agents/session-reports.ts'
import { sessionOf } from '../support/session-report.ts'

const second = 1000
const session = (peer: string, binding: string, packets: number, state: ReportedSession['state'] = 'up') =>
  sessionOf(peer, 0, { binding, state, carried: { sent: { octets: 0, packets: 0 }, received: { octets: 0, packets } } })

describe('the key of an agent in two processes', () => {
  const hosts = fc.record({
    /** Milliseconds by which the clock of the second host is off. */
    off: fc.integer({ min: -60_000, max: 60_000 }),
    turns: fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
  })

  test('is noticed as soon as each has told after the other, whatever their clocks say', () => {
    fc.assert(
      fc.property(hosts, ({ off, turns }) => {
        const watch = new KeyWatch()
        let now = 1e12
        const found = [true, false, true, false, ...turns].flatMap((first) => {
          now += 10 * second
          return first ? watch.signed('did:a', 'one', now, now) : watch.signed('did:a', 'two', now + off, now)
        })
        assert.deepEqual(found, [{ how: 'two processes', agent: 'did:a' }])
      }),
    )
  })

  test('is not suspected of one that starts anew, however often, late or repeated its reports come', () => {
    const story = fc.array(
      fc.record({ again: fc.boolean(), ahead: fc.nat(5 * second), repeated: fc.array(fc.nat(40), { maxLength: 3 }) }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(story, (steps) => {
        const watch = new KeyWatch()
        let [now, run] = [1e12, 0]
        const sent: [string, number][] = []
        for (const { again, ahead, repeated } of steps) {
          if (again) run++
          now += 1 + ahead
          sent.push([`${run}`, now])
          const replayed = repeated.flatMap((at) => (sent[at] === undefined ? [] : [sent[at]]))
          for (const [which, at] of [...replayed, [`${run}`, now] as const])
            assert.deepEqual(watch.signed('did:a', which, at, now), [])
        }
      }),
    )
  })

  test('is not suspected when the last report of the one before comes after the first of the next', () => {
    const watch = new KeyWatch()
    watch.signed('did:a', 'one', 1000, 1000)
    watch.signed('did:a', 'two', 3000, 3000)
    assert.deepEqual(watch.signed('did:a', 'one', 2000, 3100), [])
    assert.deepEqual(watch.signed('did:a', 'two', 4000, 4000), [])
  })

  test('is told once an hour while it goes on', () => {
    const watch = new KeyWatch()
    let found = 0
    for (let now = 0; now <= 3 * 3600 * second; now += 10 * second)
      found += watch.signed('did:a', (now / 10_000) % 2 === 0 ? 'one' : 'two', now, now).length
    assert.equal(found, 3)
  })
})

describe('a session that its agent does not know', () => {
  /** Agent `a` and one that it calls tell of their sessions every ten seconds. */
  function network() {
    const watch = new KeyWatch()
    const told = new Map<string, HeldReport>()
    let now = 1e12
    const tell = (agent: string, sessions: readonly ReportedSession[], more: Partial<HeldReport> = {}) => {
      const report = { agent, at: now, receivedAt: now, sessions, more: 0, run: 'one', ...more }
      told.set(agent, report)
      return watch.reported(report, (id) => told.get(id))
    }
    return {
      /** What is found in so many rounds, in which both tell. */
      rounds: (
        count: number,
        of: (round: number) => readonly ReportedSession[],
        own: readonly ReportedSession[],
        more: Partial<HeldReport> = {},
      ) =>
        Array.from({ length: count }, (_, round) => {
          now += 10 * second
          return [...tell('did:a', own, more), ...tell('did:calc', of(round))]
        }).flat(),
    }
  }
  const known = session('did:calc', 'b1', 5)

  test('is told when its holder goes on speaking, and by whom', () => {
    const found = network().rounds(9, (round) => [session('did:a', 'b1', 5), session('did:a', 'b2', round)], [known])
    assert.deepEqual(
      found.map((one) => ({ ...one, session: 'session' in one ? one.session.binding : '' })),
      [{ how: 'unknown session', agent: 'did:a', teller: 'did:calc', session: 'b2' }],
    )
  })

  test('is none that the agent tells of, nor one that has just ended there', () => {
    assert.deepEqual(
      network().rounds(9, (round) => [session('did:a', 'b1', round)], [known]),
      [],
    )
    assert.deepEqual(
      network().rounds(9, () => [session('did:a', 'b2', 7)], [known]),
      [],
      'nothing comes any more',
    )
    assert.deepEqual(
      network().rounds(9, (round) => [session('did:a', 'b2', round, 'silent')], [known]),
      [],
    )
    assert.deepEqual(
      network().rounds(3, (round) => [session('did:a', 'b2', round)], []),
      [],
      'the agent has not had the time to tell of it',
    )
  })

  test('is not looked for where the agent does not tell of all, or not what its sessions are bound to', () => {
    const theirs = (round: number) => [session('did:a', 'b2', round)]
    assert.deepEqual(network().rounds(9, theirs, [known], { more: 1 }), [])
    assert.deepEqual(network().rounds(9, theirs, [known], { run: undefined }), [])
    const unbound = (round: number) => [{ ...session('did:a', '', round), binding: undefined }]
    assert.deepEqual(network().rounds(9, unbound as unknown as typeof theirs, [known]), [])
  })

  test('gives an agent that tells rarely, to let its radio sleep, as much longer', () => {
    const theirs = (round: number) => [session('did:a', 'b2', round)]
    assert.deepEqual(network().rounds(9, theirs, [], { every: 100 }), [])
    assert.equal(network().rounds(15, theirs, [], { every: 100 }).length, 1)
  })
})
