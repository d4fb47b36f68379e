import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sessionPairsOf } from '../../src/figures/session-pairs.ts'
import { factsOf, remoteOf, sentenceOfPair, shortCipher } from '../../src/figures/session-words.ts'
import type { Session } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import { pathTo, told } from '../session-maker.ts'

const sentence = (more: Partial<Session>): string =>
  sentenceOfPair(sessionPairsOf([told('reader', 'writer', more)])[0]!)

describe('a session in one sentence', () => {
  test('says path, round trip, cipher, moves and the longest gap', () => {
    const gaps = { count: 2, lastMs: 28, longestMs: 32.4 }
    assert.equal(
      sentence({ moves: 3, gaps }),
      'reader ↔ writer over udp, 41\u202fms, post-quantum hybrid, 3 moves, longest gap 32\u202fms',
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

test('a cipher is called by its key agreement, one that is not known by its own name', () => {
  assert.equal(shortCipher('25519+MLKEM768_AESGCM_SHA256'), 'post-quantum hybrid')
  assert.equal(shortCipher('25519_ChaChaPoly_BLAKE2s'), 'X25519')
  assert.equal(shortCipher('448_AESGCM_SHA512'), '448')
  assert.equal(shortCipher(''), '')
})

test('a path leads to an address, one through a relay to the relay by its name, else by its id', () => {
  const names = new Map([['did:key:z6MkhubLongEnoughToCut', 'hub']])
  const remote = (uri: string): string => remoteOf(pathTo(uri), names)
  assert.equal(remote('udp://[2001:db8::5]:7601'), '[2001:db8::5]:7601')
  assert.equal(remote('wss://field.example/vagus'), 'field.example/vagus')
  assert.equal(remote('relay://did:key:z6MkhubLongEnoughToCut/h-1'), 'hub')
  assert.equal(remote('relay://did:key:z6MkotherLongEnoughToCut/h-1'), 'z6Mkothe…oCut')
  assert.equal(remote('no address'), 'no address')
  assert.equal(shortId('did:key:z6Mkshort'), 'z6Mkshort')
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
