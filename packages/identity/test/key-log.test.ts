import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  acceptDocument,
  beginKeyLog,
  type JsonValue,
  type KeyLog,
  canonicalOctets,
  maxKeyEvents,
  readKeyLog,
  relationOf,
  rotateKey,
  signJws,
  verifyDocument,
} from '../src/index.ts'
import { codeOf, draft, now, signed, testAgent } from './agents.ts'
import { nodeCrypto, testSigner } from './node-crypto.ts'

/** `log` rotated to the key `number`, the one after it being `number` + 1. */
function rotated(log: KeyLog, number: number): KeyLog {
  const answer = rotateKey(log, testSigner(number), testSigner(number + 1).publicKey, nodeCrypto)
  assert.ok(!('because' in answer), JSON.stringify(answer))
  return answer
}

function stateOf(log: KeyLog): { readonly id: string; readonly key: Uint8Array; readonly sequence: number } {
  const state = readKeyLog(log, nodeCrypto)
  assert.ok(!('because' in state), JSON.stringify(state))
  return state
}

const codeOfLog = (log: KeyLog): string => {
  const state = readKeyLog(log, nodeCrypto)
  return 'because' in state ? state.because.code : 'read'
}

describe('key log', () => {
  const log = beginKeyLog(testSigner(1), testSigner(2).publicKey, nodeCrypto)

  test('a rotation keeps the id and the tag, and changes the key', () => {
    const agent = testAgent(1)
    const after = rotated(rotated(log, 2), 3)
    assert.equal(stateOf(after).id, stateOf(log).id)
    assert.equal(stateOf(after).sequence, 2)
    assert.deepEqual(stateOf(after).key, testSigner(3).publicKey)
    const identity = signed({ ...draft, epoch: 2 }, after, testSigner(3))
    assert.deepEqual([identity.id, identity.tag], [agent.identity.id, agent.identity.tag])
    assert.equal(codeOf(acceptDocument(agent.identity, identity.document, now, nodeCrypto)), 'accepted')
    assert.equal(codeOf(verifyDocument(identity.document, now, nodeCrypto)), 'verified')
  })

  test('the key before the rotation signs no more documents', () => {
    const identity = signed(draft, rotated(log, 2), testSigner(2))
    const payload = JSON.parse(Buffer.from(identity.document.split('.')[1]!, 'base64url').toString()) as JsonValue
    const stale = signJws('vagus-identity', canonicalOctets(payload), testSigner(1))
    assert.equal(codeOf(verifyDocument(stale, now, nodeCrypto)), 'signature')
  })

  test('who has the key in use, but not the next, cannot rotate', () => {
    const answer = rotateKey(log, testSigner(9), testSigner(10).publicKey, nodeCrypto)
    assert.ok('because' in answer)
    assert.deepEqual(answer.because, {
      code: 'key',
      problem: 'key event 0 did not commit to the key that follows it',
    })
  })

  test('another history is refused by whoever knows the first', () => {
    const known = signed(draft, rotated(log, 2), testSigner(2))
    const fork = beginKeyLog(testSigner(1), testSigner(9).publicKey, nodeCrypto)
    const forged = signed({ ...draft, epoch: 5 }, rotated(fork, 9), testSigner(9))
    assert.equal(forged.id, known.id, 'the thief of the first key does have the name')
    assert.equal(codeOf(acceptDocument(known, forged.document, now, nodeCrypto)), 'rollback')
    const shortened = signed({ ...draft, epoch: 6 }, log, testSigner(1))
    assert.equal(codeOf(acceptDocument(known, shortened.document, now, nodeCrypto)), 'rollback')
  })

  test('a rotation takes the name back from whoever signed higher epochs and locators with the key before', () => {
    const locators = draft.locators.map((locator) => ({ ...locator, sequence: 1_000_000 }))
    const forged = signed({ ...draft, epoch: 1_000_000, locators }, log, testSigner(1))
    const own = signed({ ...draft, epoch: 2 }, rotated(log, 2), testSigner(2))
    assert.equal(codeOf(acceptDocument(forged, own.document, now, nodeCrypto)), 'accepted')
    assert.equal(codeOf(acceptDocument(own, forged.document, now, nodeCrypto)), 'rollback')
    assert.equal(relationOf(own, forged), 'older')
  })

  test('events out of order, left out or taken from another agent are refused', () => {
    const whole = rotated(rotated(log, 2), 3)
    assert.equal(codeOfLog(whole.slice(0, 2)), 'read')
    assert.equal(codeOfLog(whole.slice(1)), 'malformed')
    assert.equal(codeOfLog([whole[0]!, whole[2]!]), 'malformed')
    assert.equal(codeOfLog([whole[0]!, whole[0]!]), 'malformed')
    const other = rotated(beginKeyLog(testSigner(5), testSigner(2).publicKey, nodeCrypto), 2)
    assert.equal(codeOfLog([log[0]!, other[1]!]), 'key')
    assert.equal(codeOfLog([]), 'malformed')
  })

  test('an event binds the whole event before it', () => {
    const extended = rotated(log, 2)
    const payload = JSON.parse(Buffer.from(log[0]!.split('.')[1]!, 'base64url').toString()) as Record<string, JsonValue>
    const altered = signJws('vagus-key-event', canonicalOctets({ ...payload, note: 'added later' }), testSigner(1))
    assert.equal(codeOfLog([altered]), 'read')
    assert.equal(codeOfLog([altered, extended[1]!]), 'chain')
  })

  test(`ends after ${maxKeyEvents} events`, () => {
    let full = log
    for (let number = 2; number <= maxKeyEvents; number++) full = rotated(full, number)
    assert.equal(full.length, maxKeyEvents)
    const answer = rotateKey(full, testSigner(maxKeyEvents + 1), testSigner(0).publicKey, nodeCrypto)
    assert.ok('because' in answer && answer.because.code === 'limit')
    assert.equal(
      codeOf(verifyDocument(signed(draft, full, testSigner(maxKeyEvents)).document, now, nodeCrypto)),
      'verified',
    )
  })
})
