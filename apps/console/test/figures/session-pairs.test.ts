import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Session } from '@vagus/api'
import { gapsOf, pairState, sessionPairsOf } from '../../src/figures/session-pairs.ts'
import { shortId } from '@vagus/api/agent-id'
import { idOf, pathTo, told } from '../session-maker.ts'

const accepted = { role: 'responder' } as const
const namesOf = (sessions: readonly Session[]): string[] =>
  sessionPairsOf(sessions).map(({ initiator, responder }) => `${initiator.name} ${responder.name}`)

describe('sessions that both ends tell of', () => {
  test('are one pair, seen by the agent that began it, in whatever order they are told', () => {
    const views = [told('writer', 'reader', accepted), told('reader', 'writer')]
    for (const list of [views, views.toReversed()]) {
      const [pair, ...rest] = sessionPairsOf(list)
      assert.deepEqual(rest, [])
      assert.equal(pair?.view, views[1])
      assert.equal(pair?.other, views[0])
      assert.equal(pair?.initiator.name, 'reader')
    }
  })
  test('are seen by the other end where the initiator tells nothing, and point the same way', () => {
    const [pair] = sessionPairsOf([told('writer', 'reader', accepted)])
    assert.deepEqual([pair?.initiator.name, pair?.responder.name], ['reader', 'writer'])
    assert.equal(pair?.view.agent.name, 'writer')
    assert.equal(pair?.other, undefined)
  })
  test('stay two when each end began one', () => {
    const both = [told('a', 'b'), told('b', 'a', accepted), told('b', 'a'), told('a', 'b', accepted)]
    assert.deepEqual(namesOf(both), ['a b', 'b a'])
  })
  test('are matched by age while a new one takes the place of an old one, and the old one keeps its key', () => {
    const old = { since: '2026-06-30T13:00:00Z' }
    const first = sessionPairsOf([told('a', 'b', old), told('b', 'a', { ...old, ...accepted })])
    const both = sessionPairsOf([
      told('a', 'b', old),
      told('a', 'b'),
      told('b', 'a', { since: '2026-06-30T14:00:02Z', ...accepted }),
      told('b', 'a', { ...old, ...accepted }),
    ])
    assert.deepEqual(
      both.map(({ view, other }) => [view.since, other?.since]),
      [
        ['2026-06-30T14:00:00Z', '2026-06-30T14:00:02Z'],
        [old.since, old.since],
      ],
    )
    assert.equal(both[1]?.key, first[0]?.key)
    assert.notEqual(both[0]?.key, first[0]?.key)
  })
  test('are in the order of names, numbers by their value; who is not on the list goes by its id', () => {
    const stranger = { ...told('x', 'agv-2'), agent: { name: null, id: 'did:key:z6MkStranger' } }
    assert.deepEqual(namesOf([stranger, told('agv-10', 'b'), told('agv-9', 'c'), told('agv-9', 'b')]), [
      'agv-9 b',
      'agv-9 c',
      'agv-10 b',
      'null agv-2',
    ])
  })
  test('with a relay say so where the relay is on no list', () => {
    const nameless = { name: null, id: idOf('gate') }
    const registered = { ...told('reader', 'gate'), peer: nameless }
    const through = told('reader', 'writer', { paths: [pathTo(`relay://${nameless.id}/h-1`, { kind: 'relay' })] })
    assert.deepEqual(namesOf([registered]), ['reader null'], 'nothing tells that it is one')
    assert.deepEqual(namesOf([registered, through]), [`reader relay ${shortId(nameless.id)}`, 'reader writer'])
    assert.deepEqual(namesOf([told('reader', 'gate'), through]), ['reader gate', 'reader writer'], 'by its name')
  })
  test('are silent when one of the ends hears nothing', () => {
    const state = (own: Session['state'], others: Session['state']): string =>
      pairState(sessionPairsOf([told('a', 'b', { state: own }), told('b', 'a', { ...accepted, state: others })])[0]!)
    assert.deepEqual([state('up', 'up'), state('silent', 'up'), state('up', 'silent')], ['up', 'silent', 'silent'])
  })
  test('have the gaps of the end that saw the longest', () => {
    const none = { count: 0, lastMs: null, longestMs: null }
    const gaps = (...longest: readonly (number | null)[]): number | null => {
      const [own, others] = longest.map((each) => (each === null ? none : { count: 1, lastMs: each, longestMs: each }))
      const views = [told('a', 'b', { gaps: own! }), ...(others ? [told('b', 'a', { ...accepted, gaps: others })] : [])]
      return gapsOf(sessionPairsOf(views)[0]!).longestMs
    }
    assert.deepEqual([gaps(null), gaps(null, 152), gaps(152, null), gaps(27, 152)], [null, 152, 152, 152])
  })
  test('are neither lost nor doubled, and no two pairs have one key', () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const view = fc.record({
      agent: name,
      peer: name,
      role: fc.constantFrom('initiator' as const, 'responder' as const),
    })
    fc.assert(
      fc.property(fc.array(view, { maxLength: 12 }), (views) => {
        const sessions = views.map(({ agent, peer, role }) => told(agent, peer, { role }))
        const pairs = sessionPairsOf(sessions)
        const shown = pairs.flatMap(({ view, other }) => (other === undefined ? [view] : [view, other]))
        assert.equal(shown.length, sessions.length)
        assert.deepEqual(new Set(shown), new Set(sessions))
        assert.equal(new Set(pairs.map(({ key }) => key)).size, pairs.length)
      }),
    )
  })
})
