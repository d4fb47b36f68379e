import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sessionPairsOf } from '../../src/figures/session-pairs.ts'
import { factsOf, sentenceOfPair } from '../../src/figures/session-words.ts'
import type { Session } from '@vagus/api'
import { pathTo, told } from '../session-maker.ts'

const sentence = (more: Partial<Session>): string =>
  sentenceOfPair(sessionPairsOf([told('reader', 'writer', more)])[0]!)

describe('a session in one sentence', () => {
  test('says path, round trip, cipher, moves and the longest gap', () => {
    const gaps = { count: 2, lastMs: 28, longestMs: 32.4 }
    assert.equal(
      sentence({ moves: 3, gaps }),
      'reader ↔ writer over udp, 41\u202fms, PQ/T hybrid, 3 moves, longest gap 32\u202fms',
    )
    assert.match(sentence({ moves: 1 }), /, 1 move$/)
  })
  test('leaves out what there was none of', () => {
    const paths = [pathTo('relay://did:key:z6Mkhub/h', { kind: 'relay', roundTripMs: null })]
    assert.equal(sentence({ paths, cipher: '25519_AESGCM_SHA256' }), 'reader ↔ writer over relay, X25519')
  })
  test('says when it is silent, and when it has no path', () => {
    assert.match(sentence({ state: 'silent' }), /^reader ↔ writer silent, over udp/)
    assert.match(sentence({ state: 'silent', paths: [] }), /^reader ↔ writer silent, without a path/)
  })
})

test('both ends have the same facts in the same order, so that those that differ can be told', () => {
  const facts = (more: Partial<Session>) => factsOf(told('a', 'b', more), (at) => at)
  const gaps = { count: 5, lastMs: 0.42, longestMs: 2310 }
  const [one, other] = [facts({}), facts({ gaps, padding: 'padme' })]
  const differing = other.filter(({ text }, index) => text !== one[index]!.text)
  assert.deepEqual(differing, [
    { name: 'gaps', text: '5, last 0.4\u202fms, longest 2.3\u202fs' },
    { name: 'padding', text: 'padme' },
  ])
})
