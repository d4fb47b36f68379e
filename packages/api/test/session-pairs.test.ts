import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Session } from '../src/index.ts'
import {
  agreementOf,
  gapsOf,
  isDisputed,
  leadingView,
  nameOfEnd,
  pairsOf,
  pairState,
  pathInUse,
  placeOf,
} from '../src/session-pairs.ts'

const accepted = { role: 'responder' } as const
const told = (agent: string, peer: string, more: Partial<Session> = {}): Session => ({
  agent: { name: agent, id: `did:key:${agent}` },
  peer: { name: peer, id: `did:key:${peer}` },
  role: 'initiator',
  how: 'handshake',
  cipher: '25519+MLKEM768_AESGCM_SHA256',
  padding: 'none',
  since: '2026-06-30T14:00:00Z',
  state: 'up',
  paths: [],
  moves: 0,
  gaps: { count: 0, lastMs: null, longestMs: null },
  streams: 0,
  toldAt: '2026-06-30T14:42:11Z',
  ...more,
})
const onlyOf = (...sessions: readonly Session[]) => {
  const [pair, ...more] = pairsOf(sessions)
  assert.equal(more.length, 0)
  return pair!
}

describe('sessions that both ends tell of', () => {
  test('are one pair, seen by the agent that began it, in whatever order they are told', () => {
    const views = [told('writer', 'reader', accepted), told('reader', 'writer')] as const
    for (const list of [views, views.toReversed()]) {
      const { view, other, initiator } = onlyOf(...list)
      assert.deepEqual([view, other, initiator.name], [views[1], views[0], 'reader'])
    }
  })
  test('are seen by the other end where the initiator tells nothing, and point the same way', () => {
    const { initiator, responder, view, other } = onlyOf(told('writer', 'reader', accepted))
    assert.deepEqual([initiator.name, responder.name], ['reader', 'writer'])
    assert.deepEqual([view.agent.name, other], ['writer', undefined])
  })
  test('stay two when each end began one, in the order in which they are told', () => {
    const both = [told('b', 'a'), told('a', 'b'), told('b', 'a', accepted), told('a', 'b', accepted)]
    assert.deepEqual(
      pairsOf(both).map(({ initiator, responder }) => [initiator.name, responder.name]),
      [
        ['b', 'a'],
        ['a', 'b'],
      ],
    )
  })
  test('are matched by age while a new one takes the place of an old one, and the old one keeps its key', () => {
    const old = { since: '2026-06-30T13:00:00Z' }
    const first = onlyOf(told('a', 'b', old), told('b', 'a', { ...old, ...accepted }))
    const both = pairsOf([
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
    assert.equal(both[1]?.key, first.key)
    assert.notEqual(both[0]?.key, first.key)
  })
  test('have the gaps of the end that saw the longest', () => {
    const none = { count: 0, lastMs: null, longestMs: null }
    const gaps = (...longest: readonly (number | null)[]): number | null => {
      const [own, others] = longest.map((each) => (each === null ? none : { count: 1, lastMs: each, longestMs: each }))
      const views = [told('a', 'b', { gaps: own! }), ...(others ? [told('b', 'a', { ...accepted, gaps: others })] : [])]
      return gapsOf(onlyOf(...views)).longestMs
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
        const pairs = pairsOf(sessions)
        const shown = pairs.flatMap(({ view, other }) => (other === undefined ? [view] : [view, other]))
        assert.equal(shown.length, sessions.length)
        assert.deepEqual(new Set(shown), new Set(sessions))
        assert.equal(new Set(pairs.map(({ key }) => key)).size, pairs.length)
      }),
    )
  })
})

test('a session is moving when one end says that one of both is, silent or not', () => {
  const moving = { by: 'peer', to: '5g', at: '2026-06-30T14:42:00Z', gapMs: 300 } as const
  const state = (own: Partial<Session>, others: Partial<Session>) =>
    pairState(onlyOf(told('reader', 'writer', own), told('writer', 'reader', { ...accepted, ...others })))
  assert.equal(state({ moving }, {}), 'moving')
  assert.equal(state({ state: 'silent' }, { moving: { ...moving, by: 'agent' } }), 'moving')
  assert.equal(state({ state: 'silent' }, {}), 'silent')
})

describe('a session of which one end says that it is silent', () => {
  const pairOf = (own: Partial<Session>, others: Partial<Session>) =>
    onlyOf(told('reader', 'writer', own), told('writer', 'reader', { ...accepted, ...others }))
  const [up, silent] = [{ state: 'up' }, { state: 'silent' }] as const
  test('is silent, and shown as that end tells it, which need not be the one that began it', () => {
    const shown = (...views: Parameters<typeof pairOf>) => {
      const pair = pairOf(...views)
      return [pairState(pair), leadingView(pair).agent.name, isDisputed(pair)]
    }
    assert.deepEqual(shown(up, up), ['up', 'reader', false])
    assert.deepEqual(shown(silent, up), ['silent', 'reader', true])
    assert.deepEqual(shown(up, silent), ['silent', 'writer', true])
    assert.deepEqual(shown(silent, silent), ['silent', 'reader', false])
    const before = { toldAt: '2026-06-30T14:41:55Z' }
    assert.deepEqual(shown({ ...up, ...before }, silent), ['silent', 'writer', true], 'the initiator is dead')
  })
  test('is up or silent as the only end says that tells of it', () => {
    const only = onlyOf(told('reader', 'writer', silent))
    assert.deepEqual([pairState(only), leadingView(only), isDisputed(only)], ['silent', only.view, false])
  })
})

test('a cipher is called by its key agreement, one that is not known by its own name', () => {
  assert.equal(agreementOf('25519+MLKEM768_AESGCM_SHA256'), 'PQ/T hybrid')
  assert.equal(agreementOf('25519_ChaChaPoly_BLAKE2s'), 'X25519')
  assert.equal(agreementOf('448_AESGCM_SHA512'), '448')
  assert.equal(agreementOf(''), '')
})

test('an end without a name is called by its short id, or as the caller writes ids', () => {
  const end = { name: null, id: 'did:key:z6MkotherLongEnoughToCut' }
  assert.equal(nameOfEnd({ ...end, name: 'writer' }), 'writer')
  assert.equal(nameOfEnd(end), 'z6Mkothe…oCut')
  assert.equal(
    nameOfEnd(end, (id) => id),
    end.id,
  )
})

test('a path leads to an address, one through a relay to the relay by its name, else by its id', () => {
  const place = (uri: string): string => placeOf(uri, new Map([['did:key:z6MkhubLongEnoughToCut', 'hub']]))
  assert.equal(place('udp://[2001:db8::5]:7601'), '[2001:db8::5]:7601')
  assert.equal(place('wss://field.example/vagus'), 'field.example/vagus')
  assert.equal(place('ws://field.example/'), 'field.example')
  assert.equal(place('relay://did:key:z6MkhubLongEnoughToCut/h-1'), 'hub')
  assert.equal(place('relay://did:key:z6MkotherLongEnoughToCut/h-1'), 'z6Mkothe…oCut')
  assert.equal(place('no address'), 'no address')
})

test('the path in use is the primary one', () => {
  const path = {
    kind: 'udp',
    local: 'udp://a:1',
    remote: 'udp://b:1',
    state: 'alive',
    status: 'active',
    roundTripMs: 1,
  } as const
  const paths = [
    { ...path, primary: false },
    { ...path, primary: true },
  ]
  assert.equal(pathInUse(told('a', 'b', { paths })), paths[1])
  assert.equal(pathInUse(told('a', 'b')), undefined)
})
