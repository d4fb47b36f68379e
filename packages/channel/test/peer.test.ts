import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { agentIdOf, signDelegation } from '@vagus/identity'
import { draft, now, seconds, testAgent } from '../../identity/test/agents.ts'
import { nodeCrypto, testSigner } from '../../identity/test/node-crypto.ts'
import { credentialsDigest, encodeCredentials, verifyPeer } from '../src/index.ts'
import { testKey } from './node-crypto.ts'

const keysOf = (number: number): typeof draft.keys => ({ ...draft.keys, x25519: testKey(number).publicKey })
const root = testAgent(1, { keys: keysOf(1) })
const child = testAgent(20, { keys: keysOf(20), role: 'figures' })
const alone = { document: root.identity.document, rootDocument: '', delegations: [] }

function delegationTo(number: number): string {
  const answer = signDelegation(
    {
      iss: root.identity.id,
      sub: agentIdOf(testSigner(number).publicKey),
      iat: seconds,
      exp: seconds + 300,
      depth: 0,
      task: 'report-17',
      capabilities: ['report.write'],
    },
    root.signer,
  )
  assert.ok(answer.type === 'signed')
  return answer.delegation
}
const delegated = {
  document: child.identity.document,
  rootDocument: root.identity.document,
  delegations: [delegationTo(20)],
}

const seenNothing = (): undefined => undefined
const verify = (credentials: typeof delegated, key: number, at = now): ReturnType<typeof verifyPeer> =>
  verifyPeer(encodeCredentials(credentials), testKey(key).publicKey, at, nodeCrypto, seenNothing)

describe('peer', () => {
  test('is whom its document names, when the document names the key that spoke', () => {
    const answer = verify(alone, 1)
    assert.ok(answer.type === 'verified')
    assert.deepEqual(answer.peer, { identity: root.identity, mandate: undefined })
  })

  test('is a child in the name of its root, with no more than it was given', () => {
    const answer = verify(delegated, 20)
    assert.ok(answer.type === 'verified')
    assert.equal(answer.peer.identity.id, child.identity.id)
    assert.deepEqual(answer.peer.mandate?.capabilities, ['report.write'])
    assert.equal(answer.peer.mandate?.root, root.identity.id)
  })

  test('is known by a digest to whoever has seen the whole', () => {
    const whole = encodeCredentials(delegated)
    const digest = credentialsDigest(whole, nodeCrypto)
    assert.equal(digest.length, 33)
    const by = (seen: () => Uint8Array | undefined): string => {
      const answer = verifyPeer(digest, testKey(20).publicKey, now, nodeCrypto, seen)
      return answer.type === 'refused' ? answer.because.code : answer.peer.identity.id
    }
    assert.equal(
      by(() => whole),
      child.identity.id,
    )
    assert.equal(by(seenNothing), 'unseen')
    assert.equal(
      by(() => encodeCredentials(alone)),
      'unseen',
      'a cache that gives others is not believed',
    )
    assert.equal(
      by(() => digest),
      'unseen',
    )
  })

  const rejects = [
    {
      name: 'a copied document',
      credentials: alone,
      key: 2,
      at: now,
      problem: /does not name the key of the handshake/,
    },
    { name: 'a document that has expired', credentials: alone, key: 1, at: now + 86_400_000, problem: /expired/ },
    {
      name: 'delegations of another child',
      credentials: { ...delegated, delegations: [delegationTo(21)] },
      key: 20,
      at: now,
      problem: /are for did:key:.*, not for/,
    },
    { name: 'delegations that have ended', credentials: delegated, key: 20, at: now + 300_000, problem: /expired/ },
    {
      name: 'delegations without their root',
      credentials: { ...delegated, rootDocument: '' },
      key: 20,
      at: now,
      problem: /three parts/,
    },
    {
      name: 'delegations of another root',
      credentials: { ...delegated, rootDocument: child.identity.document },
      key: 20,
      at: now,
      problem: /is signed by/,
    },
    {
      name: 'a root without delegations',
      credentials: { ...delegated, delegations: [] },
      key: 20,
      at: now,
      problem: /no delegation/,
    },
  ]
  for (const { name, credentials, key, at, problem } of rejects) {
    test(`is refused with ${name}`, () => {
      const answer = verify(credentials, key, at)
      assert.ok(answer.type === 'refused' && answer.because.code === 'peer', JSON.stringify(answer))
      assert.match(answer.because.problem, problem)
    })
  }

  test('credentials changed in any octet never verify, and throw nothing', () => {
    const octets = encodeCredentials(delegated)
    fc.assert(
      fc.property(fc.nat(octets.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = octets.slice()
        changed[at]! ^= change
        assert.equal(verifyPeer(changed, testKey(20).publicKey, now, nodeCrypto, seenNothing).type, 'refused')
      }),
      { numRuns: 25 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (any) => {
        assert.equal(verifyPeer(any, testKey(20).publicKey, now, nodeCrypto, seenNothing).type, 'refused')
      }),
    )
  })
})
