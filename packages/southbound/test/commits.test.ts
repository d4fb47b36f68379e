import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  commitLimits,
  type CommitEvent,
  commitOf,
  type CommitRequest,
  type Commits,
  noCommits,
  stepCommits,
} from '../src/index.ts'

type By = string
const none: Commits<By> = noCommits
const change = { added: [['a']], removed: [] }
const request = (more: Partial<CommitRequest<By>> = {}): CommitRequest<By> => ({
  key: '',
  by: 'x',
  comment: '',
  edits: [{ context: [], line: 'a' }],
  base: 'r1',
  before: 'b',
  confirmWithin: 10_000,
  ...more,
})
const after = (events: readonly CommitEvent<By>[], state = none): Commits<By> =>
  events.reduce((now, event) => stepCommits(now, event).state, state)
const applied = after([
  { type: 'requested', request: request({ key: 'k' }), now: 0 },
  { type: 'applied', change, now: 100 },
])

describe('a commit', () => {
  test('holds until it is confirmed in time, and then stays', () => {
    const { state, outcome } = stepCommits(applied, { type: 'confirm', id: 'commit-1', by: 'y', now: 10_099 })
    assert.deepEqual(outcome, { type: 'confirmed' })
    assert.deepEqual(state.ended[0]?.ended, { at: 10_099, by: 'y', because: 'confirmed' })
    assert.deepEqual(stepCommits(state, { type: 'confirm', id: 'commit-1', by: 'y', now: 20_000 }).outcome, {
      type: 'confirmed',
    })
    const undone = stepCommits(state, { type: 'revert', id: 'commit-1', by: 'y', because: '', now: 20_000 }).outcome
    assert.deepEqual(undone, { type: 'over', because: 'is confirmed' })
  })

  test('goes back when its time is over, and is not confirmed any more', () => {
    assert.deepEqual(stepCommits(applied, { type: 'confirm', id: 'commit-1', by: 'y', now: 10_100 }).outcome, {
      type: 'over',
      because: 'goes back: it was not confirmed in time',
    })
    const late = stepCommits(applied, { type: 'tick', now: 10_100 })
    assert.deepEqual(late.outcome, { type: 'revert' })
    const over = stepCommits(late.state, { type: 'reverted', change, now: 10_200 })
    assert.equal(over.state.ended[0]?.state, 'reverted')
    assert.equal(over.state.pending, null)
  })

  test('is tried to be taken back with growing pauses, up to a minute', () => {
    let state = stepCommits(applied, { type: 'tick', now: 10_100 }).state
    const pauses: number[] = []
    for (let now = 10_100; pauses.length < 9;) {
      state = stepCommits(state, { type: 'failed', problem: 'away', now }).state
      const { phase } = state.pending!
      assert.ok(phase.type === 'reverting' && phase.problem === 'away')
      assert.deepEqual(stepCommits(state, { type: 'tick', now: phase.nextTry - 1 }).outcome, { type: 'nothing' })
      assert.deepEqual(stepCommits(state, { type: 'tick', now: phase.nextTry }).outcome, { type: 'revert' })
      pauses.push(phase.nextTry - now)
      now = phase.nextTry
    }
    assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  })

  test('goes back at once where the program died while it was applied, and goes on where it waited', () => {
    const begun = after([{ type: 'requested', request: request(), now: 0 }])
    assert.deepEqual(stepCommits(begun, { type: 'restarted', now: 50 }).outcome, { type: 'revert' })
    assert.deepEqual(stepCommits(applied, { type: 'restarted', now: 200 }), {
      state: applied,
      outcome: { type: 'nothing' },
    })
    assert.deepEqual(stepCommits(applied, { type: 'restarted', now: 20_000 }).outcome, { type: 'revert' })
    // A clock that was set back makes it hold no longer than was asked for.
    const back = stepCommits(applied, { type: 'restarted', now: -100_000 }).state.pending!
    assert.ok(back.phase.type === 'applied' && back.phase.goesBackAt === -90_000)
  })

  test('is one for a key, and one at a time', () => {
    const again = { type: 'requested', request: request({ key: 'k', before: 'other', base: 'r2' }), now: 200 } as const
    assert.deepEqual(stepCommits(applied, again).outcome, { type: 'again', id: 'commit-1' })
    const other = { ...again, request: request({ key: 'k', edits: [{ context: [], line: 'b' }] }) }
    assert.deepEqual(stepCommits(applied, other).outcome, { type: 'other', id: 'commit-1' })
    assert.deepEqual(stepCommits(applied, { type: 'requested', request: request(), now: 200 }).outcome, {
      type: 'busy',
      id: 'commit-1',
      goesBackAt: 10_100,
    })
  })

  test('that is over is forgotten at the limit, its key later', () => {
    let state = none
    for (let at = 0; at < commitLimits.ended + 5; at++) {
      state = after(
        [
          { type: 'requested', request: request({ key: `k${at}` }), now: at },
          { type: 'applied', change, now: at },
          { type: 'confirm', id: `commit-${at + 1}`, by: 'x', now: at },
        ],
        state,
      )
    }
    assert.equal(state.ended.length, commitLimits.ended)
    assert.equal(commitOf(state, 'commit-1'), undefined)
    const again = stepCommits(state, { type: 'requested', request: request({ key: 'k0' }), now: 0 })
    assert.deepEqual(again.outcome, { type: 'again', id: 'commit-1' })
  })
})

describe('commits, in any order of events', () => {
  const id = fc.constantFrom('commit-1', 'commit-2', 'commit-3', 'none')
  const line = fc.constantFrom('a', 'b')
  const event = fc.oneof(
    fc.record({ key: fc.constantFrom('', 'k', 'l'), line, confirmWithin: fc.constantFrom(10, 1000) }).map((one) => ({
      type: 'requested' as const,
      request: request({ key: one.key, confirmWithin: one.confirmWithin, edits: [{ context: [], line: one.line }] }),
    })),
    fc.constant({ type: 'applied' as const, change }),
    fc.constantFrom(null, change).map((left) => ({ type: 'rejected' as const, because: 'no', change: left })),
    id.map((one) => ({ type: 'confirm' as const, id: one, by: 'y' })),
    id.map((one) => ({ type: 'revert' as const, id: one, by: 'y', because: 'asked' })),
    fc.constant({ type: 'reverted' as const, change }),
    fc.constant({ type: 'failed' as const, problem: 'away' }),
    fc.constant({ type: 'tick' as const }),
    fc.constant({ type: 'restarted' as const }),
  )
  const events = fc.array(fc.tuple(event, fc.constantFrom(-50, 0, 1, 5, 500, 70_000)), { maxLength: 40 })

  test('are one at a time, end once, and are the same after they were written down and read', () => {
    fc.assert(
      fc.property(events, (all) => {
        let [state, now] = [none, 0]
        const ends = new Map<string, string>()
        for (const [one, later] of all) {
          now += later
          const step = stepCommits(state, { ...one, now })
          assert.deepEqual(stepCommits(JSON.parse(JSON.stringify(state)) as Commits<By>, { ...one, now }), step)
          const { number, pending, ended, keys } = step.state
          assert.ok(number - state.number === (step.outcome.type === 'begun' ? 1 : 0))
          assert.equal(new Set([...ended.map((commit) => commit.id), pending?.id]).size, ended.length + 1)
          assert.equal(new Set(keys.map(([key]) => key)).size, keys.length)
          for (const commit of ended) {
            assert.equal(ends.get(commit.id) ?? commit.state, commit.state)
            ends.set(commit.id, commit.state)
          }
          // Only what waits can be confirmed, and nothing waits past its time after a tick.
          const wasWaiting = state.pending?.phase.type === 'applied' && now < state.pending.phase.goesBackAt
          const isNew = ended.length > state.ended.length && ended.at(-1)?.state === 'confirmed'
          assert.ok(!isNew || (one.type === 'confirm' && wasWaiting))
          const waits = pending?.phase.type === 'applied' && pending.phase.goesBackAt <= now
          assert.ok(!(waits && (one.type === 'tick' || one.type === 'restarted')))
          state = step.state
        }
      }),
      { numRuns: 500 },
    )
  })

  test('come to an end: what is asked for is done, and time passes', () => {
    fc.assert(
      fc.property(events, (all) => {
        let [state, now] = [none, 0]
        for (const [one, later] of all) {
          now += later
          state = stepCommits(state, { ...one, now }).state
        }
        if (state.pending?.phase.type === 'applying') state = stepCommits(state, { type: 'applied', change, now }).state
        for (let rounds = 0; state.pending !== null; rounds++) {
          assert.ok(rounds < 3)
          now += 100_000
          const { state: next, outcome } = stepCommits(state, { type: 'tick', now })
          state = outcome.type === 'revert' ? stepCommits(next, { type: 'reverted', change, now }).state : next
        }
      }),
      { numRuns: 300 },
    )
  })
})
