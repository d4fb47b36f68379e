import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  acceptDocument,
  type DocumentDraft,
  type JsonValue,
  canonicalOctets,
  liveLocators,
  signDocument,
  signJws,
  verifyDocument,
  verifyWhenIssued,
} from '../src/index.ts'
import { codeOf, draft, now, seconds, signed, testAgent } from './agents.ts'
import { nodeCrypto, testSigner } from './node-crypto.ts'

type Payload = Record<string, JsonValue>

const payloadOf = (document: string): Payload =>
  JSON.parse(Buffer.from(document.split('.')[1]!, 'base64url').toString()) as Payload

describe('identity document', () => {
  const { identity, signer, log } = testAgent(1)

  test('says who the agent is, and verifies anywhere without asking anybody', () => {
    const answer = verifyDocument(identity.document, now, nodeCrypto)
    assert.ok(answer.type === 'verified')
    assert.deepEqual(answer.identity, identity)
    assert.match(identity.id, /^did:key:z6Mk/)
    assert.match(identity.tag, /^fd76:616/)
    assert.deepEqual(identity.keys.ed25519, signer.publicKey)
    assert.equal(identity.expiresAt - identity.issuedAt, 86_400_000)
    assert.deepEqual(identity.locators, draft.locators)
  })

  test('members that we do not know are signed and stay', () => {
    const others = { policy: 'https://example.com/policy', mlDsa65: { key: 'AAAA' } }
    const extended = signed({ ...draft, others }, log, signer)
    const payload = payloadOf(extended.document)
    assert.deepEqual([payload['policy'], payload['mlDsa65']], [others.policy, others.mlDsa65])
    assert.deepEqual(
      payloadOf(signed({ ...draft, others: { id: 'mine', version: 2 } }, log, signer).document)['version'],
      1,
    )
  })

  test('a document in which one character differs never verifies', () => {
    const { document } = identity
    const characters = 'ABCDwxyz0189-_.'
    fc.assert(
      fc.property(fc.nat(document.length - 1), fc.nat(characters.length - 1), (at, choice) => {
        const other = `${document.slice(0, at)}${characters[choice]}${document.slice(at + 1)}`
        const answer = verifyDocument(other, now, nodeCrypto)
        assert.equal(answer.type === 'verified', other === document)
      }),
      { numRuns: 100 },
    )
  })

  test('a member changed and signed by anyone else never verifies', () => {
    const names = Object.keys(payloadOf(identity.document))
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 2 }), (name, value) => {
        const payload = { ...payloadOf(identity.document), [name]: value as JsonValue }
        const forged = signJws('vagus-identity', canonicalOctets(payload), testSigner(9))
        assert.equal(verifyDocument(forged, now, nodeCrypto).type, 'refused')
      }),
      { numRuns: 40 },
    )
  })

  test('random members signed with the right key throw nothing', () => {
    const names = Object.keys(payloadOf(identity.document))
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 2 }), (name, value) => {
        const plain = JSON.parse(JSON.stringify(value)) as JsonValue
        const payload = { ...payloadOf(identity.document), [name]: plain }
        const answer = verifyDocument(signJws('vagus-identity', canonicalOctets(payload), signer), now, nodeCrypto)
        if (answer.type === 'refused') assert.notEqual(answer.because.code, 'signature')
      }),
    )
  })

  test('holds from its beginning, less what clocks may differ, to its end', () => {
    const at = (moment: number): string => codeOf(verifyDocument(identity.document, moment, nodeCrypto))
    assert.equal(at(now - 300_000), 'verified')
    assert.equal(at(now - 300_001), 'not-yet')
    assert.equal(at(identity.expiresAt - 1), 'verified')
    assert.equal(at(identity.expiresAt), 'expired')
  })

  test('is known for what it was when it was issued, whatever the time, and a forged one is not', () => {
    assert.deepEqual(verifyWhenIssued(identity.document, nodeCrypto), { type: 'verified', identity })
    const forged = signJws('vagus-identity', canonicalOctets(payloadOf(identity.document)), testSigner(9))
    assert.equal(codeOf(verifyWhenIssued(forged, nodeCrypto)), 'signature')
    assert.equal(codeOf(verifyWhenIssued('{', nodeCrypto)), 'malformed')
  })

  test('a locator holds to its own end', () => {
    assert.deepEqual(liveLocators(identity.locators, now), draft.locators)
    assert.deepEqual(liveLocators(identity.locators, now + 600_000), draft.locators.slice(0, 1))
    assert.deepEqual(liveLocators(identity.locators, now + 3_600_000), [])
  })

  const lan = draft.locators[0]!
  const rejects: readonly {
    readonly name: string
    readonly change: Payload
    readonly code: string
    readonly problem: RegExp
  }[] = [
    {
      name: 'another version',
      change: { version: 2 },
      code: 'malformed',
      problem: /"version" of the document must be 1/,
    },
    {
      name: 'the id of another agent',
      change: { id: testAgent(3).identity.id },
      code: 'key',
      problem: /key log belongs to/,
    },
    { name: 'an id of another kind', change: { id: 'did:key:zDn' }, code: 'malformed', problem: /no agent id/ },
    {
      name: 'the tag of another agent',
      change: { ait: testAgent(3).identity.tag },
      code: 'tag',
      problem: /is not the tag of this key/,
    },
    {
      name: 'a tag in other letters',
      change: { ait: identity.tag.toUpperCase() },
      code: 'tag',
      problem: /is not the tag/,
    },
    {
      name: 'a negative epoch',
      change: { epoch: -1 },
      code: 'malformed',
      problem: /"epoch" of the document must be an integer/,
    },
    { name: 'an epoch in text', change: { epoch: '1' }, code: 'malformed', problem: /must be an integer/ },
    { name: 'an end before the beginning', change: { exp: seconds - 1 }, code: 'malformed', problem: /must be after/ },
    {
      name: 'a life of ten years',
      change: { exp: seconds + 10 * 366 * 86_400 },
      code: 'limit',
      problem: /at most 31622400 s/,
    },
    { name: 'milliseconds for seconds', change: { iat: now, exp: now + 1 }, code: 'malformed', problem: /"iat"/ },
    {
      name: 'a role with blanks',
      change: { role: 'report writer' },
      code: 'malformed',
      problem: /like "report-writer"/,
    },
    { name: 'a skill twice', change: { skills: ['a', 'a'] }, code: 'malformed', problem: /without repeated entries/ },
    { name: 'a skill in capitals', change: { skills: ['Report'] }, code: 'malformed', problem: /"skills"/ },
    {
      name: 'sixty-five skills',
      change: { skills: Array.from({ length: 65 }, (_, n) => `s${n}`) },
      code: 'limit',
      problem: /at most 64 are read/,
    },
    {
      name: 'a short KEM key',
      change: { keys: { x25519: 'A'.repeat(43), mlKem768: 'AAAA' } },
      code: 'malformed',
      problem: /1184 octets in base64url/,
    },
    { name: 'no keys', change: { keys: [] }, code: 'malformed', problem: /is not a JSON object/ },
    { name: 'an empty key log', change: { log: [] }, code: 'malformed', problem: /key log is empty/ },
    {
      name: 'a locator kind twice',
      change: { locators: [{ ...lan }, { ...lan }] },
      code: 'malformed',
      problem: /same kind of network/,
    },
    {
      name: 'a locator that is no URI',
      change: { locators: [{ ...lan, addresses: ['192.0.2.1'] }] },
      code: 'malformed',
      problem: /like "udp/,
    },
    {
      name: 'nine addresses',
      change: { locators: [{ ...lan, addresses: Array.from({ length: 9 }, (_, n) => `udp://h:${n}`) }] },
      code: 'limit',
      problem: /at most 8 are read/,
    },
  ]
  for (const { name, change, code, problem } of rejects) {
    test(`is refused with ${name}`, () => {
      const payload = { ...payloadOf(identity.document), ...change }
      const answer = verifyDocument(signJws('vagus-identity', canonicalOctets(payload), signer), now, nodeCrypto)
      assert.equal(codeOf(answer), code)
      assert.ok('because' in answer)
      assert.match(answer.because.problem, problem)
    })
  }

  test('is refused when a member is missing, whichever', () => {
    for (const name of Object.keys(payloadOf(identity.document))) {
      const { [name]: _, ...payload } = payloadOf(identity.document)
      const answer = verifyDocument(signJws('vagus-identity', canonicalOctets(payload), signer), now, nodeCrypto)
      assert.equal(codeOf(answer), 'malformed', name)
    }
  })

  test('is refused when it is a JWS of another kind, or too long to read', () => {
    const other = signJws('vagus-key-event', canonicalOctets(payloadOf(identity.document)), signer)
    assert.equal(codeOf(verifyDocument(other, now, nodeCrypto)), 'algorithm')
    assert.equal(codeOf(verifyDocument('A'.repeat(65_537), now, nodeCrypto)), 'limit')
  })

  test('what breaks a rule is not signed', () => {
    const refuse = (change: Partial<DocumentDraft>): string =>
      codeOf(signDocument({ ...draft, ...change }, log, signer, nodeCrypto))
    assert.equal(refuse({ role: '' }), 'malformed')
    assert.equal(refuse({ exp: draft.iat }), 'malformed')
    assert.equal(codeOf(signDocument(draft, log, testSigner(5), nodeCrypto)), 'signature')
    assert.throws(() => refuse({ organisation: -1 }), RangeError)
  })
})

describe('a document that follows another', () => {
  const { identity, signer, log } = testAgent(1)
  const accept = (change: Partial<DocumentDraft>): string =>
    codeOf(acceptDocument(identity, signed({ ...draft, ...change }, log, signer).document, now, nodeCrypto))

  test('takes its place with a higher epoch', () => {
    assert.equal(accept({ epoch: 2 }), 'accepted')
    assert.equal(codeOf(acceptDocument(identity, identity.document, now, nodeCrypto)), 'unchanged')
  })

  test('is refused when anything goes back', () => {
    assert.equal(accept({ epoch: 0 }), 'rollback')
    assert.equal(accept({ role: 'other' }), 'rollback', 'two documents of one epoch')
    assert.equal(accept({ epoch: 2, locators: [{ ...draft.locators[0]!, sequence: 2 }] }), 'rollback')
    assert.equal(accept({ epoch: 2, locators: [{ ...draft.locators[0]!, sequence: 4 }] }), 'accepted')
    assert.equal(accept({ epoch: 2, locators: [] }), 'accepted')
    assert.equal(accept({ epoch: 2, organisation: 1 }), 'tag')
  })

  test('is refused when it is of another agent', () => {
    assert.equal(
      codeOf(acceptDocument(identity, testAgent(3, { epoch: 2 }).identity.document, now, nodeCrypto)),
      'chain',
    )
  })
})
