/** The signed set: what it says, what is not believed, and what may replace it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { canonicalOctets, type JsonValue, type Refused, rotateKey, signJws } from '@vagus/identity'
import {
  acceptIntents,
  type Intent,
  type IntentSet,
  maxIntents,
  maxIntentSetCharacters,
  signIntents,
  verifyIntents,
  verifyIntentsWhenIssued,
} from '../src/index.ts'
import { testSigner } from '../../identity/test/node-crypto.ts'
import { anyIntents, draft, intent, nodeCrypto, now, owner, signedSet, setOf, testAgent } from './sets.ts'

type Payload = Record<string, JsonValue>

const payloadOf = (jws: string): Payload =>
  JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString()) as Payload
const problemOf = (answer: { readonly type: string } | Refused): string =>
  'because' in answer ? `${answer.because.code}: ${answer.because.problem}` : answer.type
const freeze = intent('launch', { type: 'freeze' }, { because: 'launch of 12.4', scope: { borders: ['transit'] } })
const set = setOf(freeze)
const forge = (change: Payload, by = owner.signer): string =>
  signJws('vagus-intents', canonicalOctets({ ...payloadOf(set.jws), ...change }), by)
const verify = (jws: string, at = now): string => problemOf(verifyIntents(jws, at, nodeCrypto))
/** What is said of one intent that is written so. */
const said = (change: Payload): string =>
  verify(forge({ intents: [{ name: 'launch', goal: { type: 'freeze' }, ...change }] }))

describe('a set of intents', () => {
  test('verifies anywhere without asking anybody', () => {
    const answer = verifyIntents(set.jws, now, nodeCrypto)
    assert.ok(answer.type === 'verified')
    assert.deepEqual(answer.set, set)
    assert.deepEqual(set.intents, [freeze])
    assert.equal(set.hash.length, 43)
  })

  test('is read as it was signed, whatever an operator wants', () => {
    fc.assert(
      fc.property(anyIntents, (intents) => {
        const signed = signedSet({ intents })
        assert.deepEqual(signed.intents, intents)
        const again = verifyIntentsWhenIssued(signed.jws, nodeCrypto)
        assert.ok(again.type === 'verified')
        assert.deepEqual(again.set, signed)
      }),
      { numRuns: 200 },
    )
  })

  test('is not believed with another signature, of another type, expired, or before its time', () => {
    const [header, payload, signature] = set.jws.split('.') as [string, string, string]
    assert.match(
      verify([header, payload, signature.replace(/^./, (one) => (one === 'A' ? 'B' : 'A'))].join('.')),
      /^signature/,
    )
    assert.match(verify(forge({}, testSigner(99))), /^signature/)
    assert.match(verify(signJws('vagus-roster', canonicalOctets(payloadOf(set.jws)), owner.signer)), /^algorithm/)
    assert.match(verify(set.jws, set.expiresAt), /^expired/)
    assert.match(verify(set.jws, now - 400_000), /^not-yet/)
    assert.equal(problemOf(verifyIntentsWhenIssued(set.jws, nodeCrypto)), 'verified')
  })

  test('is refused with the intent and the member that is wrong, and what would be right', () => {
    const goal = (value: JsonValue): string => said({ goal: value })
    const rows: readonly (readonly [string, RegExp])[] = [
      [said({ name: 'Launch!' }), /"name" of an intent must be like "launch-freeze": 1\.\.63 of a-z/],
      [said({ priority: 101 }), /"priority" of intent "launch" must be an integer 0\.\.100/],
      [said({ from: 20, until: 20 }), /"until" of intent "launch" must be after its "from"/],
      [said({ because: 'two\nlines' }), /"because" of intent "launch" must be like .* on one line/],
      [
        said({ scope: { borders: ['transjt'] } }),
        /the scope of intent "launch" names "transjt", which "borders" of "places" has not/,
      ],
      [said({ scope: { planets: ['mars'] } }), /has "planets"; it may have devices, roles, sites, borders, links/],
      [said({ scope: { devices: [] } }), /"devices" of the scope of intent "launch" is left out where there are none/],
      [said({ weekly: [{ days: [0], from: '22:00', to: '06:00' }] }), /1 Monday … 7 Sunday/],
      [
        said({ weekly: [{ days: [1], from: '24:00', to: '06:00' }] }),
        /"from" of a window of intent "launch" must be like "22:00", in UTC/,
      ],
      [said({ weekly: [] }), /"weekly" of intent "launch" is left out/],
      [goal({ type: 'bounds' }), /the goal of intent "launch" must bound something/],
      [goal({ type: 'bounds', lines: { sharePercent: 96 } }), /"sharePercent" .* must be an integer 0\.\.95/],
      [
        goal({ type: 'bounds', steering: { prefixes: ['2001:DB8::/32'] } }),
        /has "2001:DB8::\/32"; right is "2001:db8::\/32"/,
      ],
      [goal({ type: 'keep-below', percent: 0, forSeconds: 60 }), /"percent" .* must be an integer 1\.\.100/],
      [
        goal({ type: 'pin', prefix: 'ten', enters: 'only', over: ['a'] }),
        /"prefix" of the goal of intent "launch" has "ten"; right is such as/,
      ],
      [
        goal({ type: 'pin', prefix: '10.0.0.0/8', enters: 'only', over: ['z'] }),
        /names "z", which "links" of "places" has not/,
      ],
      [goal({ type: 'pin', prefix: '10.0.0.0/8', enters: 'often', over: ['a'] }), /"only" or "never"/],
      [goal({ type: 'connect', between: ['lyon'], bitsPerSecond: 9000 }), /must name two sites/],
      [goal({ type: 'connect', between: ['lyon', 'rome'], bitsPerSecond: 9000 }), /names "rome", which "sites"/],
      [goal({ type: 'connect', between: ['lyon', 'paris'], bitsPerSecond: 1 }), /an integer 8000\.\./],
      [
        verify(forge({ intents: [payloadOf(set.jws)['intents'] as JsonValue, 1].flat() })),
        /an intent is not a JSON object/,
      ],
      [
        verify(forge({ places: { sites: {}, links: {}, borders: { transit: ['a'] } } })),
        /border "transit" has the link "a", which "links" has not/,
      ],
      [verify(forge({ previous: 'AAAA' })), /"previous" of the set of intents must be 32 octets in base64url/],
    ]
    for (const [problem, pattern] of rows) assert.match(problem, pattern)
    const twice = signIntents({ ...draft, intents: [freeze, freeze] }, owner.log, owner.signer, nodeCrypto)
    assert.equal(problemOf(twice), 'malformed: two intents have the name "launch"')
  })

  test('of a later version keeps what it does not understand as such, and the rest holds', () => {
    const later = [
      { name: 'later', goal: { type: 'green-power', watts: 10 } },
      { name: 'more', goal: { type: 'freeze', except: ['pe-9'] } },
      { name: 'shape', goal: { type: 'freeze' }, season: 'winter' },
      { name: 'now', goal: { type: 'freeze' } },
    ]
    const answer = verifyIntents(forge({ intents: later }), now, nodeCrypto)
    assert.ok(answer.type === 'verified')
    assert.deepEqual(
      answer.set.intents.map(({ goal }) => goal),
      [
        { type: 'unknown', kind: 'green-power' },
        { type: 'unknown', kind: 'freeze with "except"' },
        { type: 'unknown', kind: 'freeze with "season"' },
        { type: 'freeze' },
      ],
    )
    const again = signIntents({ ...draft, intents: answer.set.intents }, owner.log, owner.signer, nodeCrypto)
    assert.equal(problemOf(again), 'malformed: the goal of intent "later" is not known here')
  })

  test('has limits: 128 intents, 61,440 characters, 400 days', () => {
    const many = (count: number): readonly Intent[] =>
      Array.from({ length: count }, (_, at) => intent(`intent-${at}`, { type: 'freeze' }))
    assert.equal(signedSet({ intents: many(maxIntents) }).intents.length, 128)
    const tooMany = signIntents({ ...draft, intents: many(maxIntents + 1) }, owner.log, owner.signer, nodeCrypto)
    assert.equal(problemOf(tooMany), 'limit: "intents" of the set of intents has 129 elements; at most 128 are read')
    assert.match(verify('x'.repeat(maxIntentSetCharacters + 1)), /^limit: the set of intents has 61441 characters/)
    assert.match(verify(forge({ exp: Number(payloadOf(set.jws)['iat']) + 401 * 86_400 })), /^limit: is valid for/)
  })
})

describe('a set that follows another', () => {
  const next = (change: Partial<typeof draft> = {}): IntentSet => signedSet({ epoch: 2, previous: set.hash, ...change })
  const accepted = (known: IntentSet | undefined, newer: IntentSet): string => problemOf(acceptIntents(known, newer))

  test('takes its place with a higher epoch, and so does one of which epochs between were not seen', () => {
    assert.equal(accepted(undefined, set), 'accepted')
    assert.equal(accepted(set, set), 'unchanged')
    assert.equal(accepted(set, next()), 'accepted')
    assert.equal(accepted(set, next({ epoch: 9, previous: signedSet({ epoch: 8, previous: null }).hash })), 'accepted')
  })

  test('is refused when it is older, so that nobody takes a freeze back by a replay', () => {
    assert.equal(accepted(next(), set), 'rollback: epoch 1 is below 2, which is known already')
    assert.match(accepted(set, signedSet()), /another set of intents of epoch 1 is known already/)
  })

  test('is refused when it leaves out the one before it', () => {
    for (const previous of [null, signedSet({ epoch: 1, exp: draft.exp + 1 }).hash])
      assert.equal(
        accepted(set, next({ previous })),
        'rollback: epoch 2 does not follow the set of epoch 1 that is known: it names another one',
      )
  })

  test('is refused when it is of another owner', () => {
    assert.match(accepted(set, signedSet({ epoch: 5 }, testAgent(30))), /^chain: is the set of intents of did:key:/)
  })

  test('with a rotated key beats every epoch of a thief of the key before', () => {
    const thiefs = signedSet({ epoch: 1_000_000, previous: null })
    const rotated = rotateKey(owner.log, testSigner(2), testSigner(3).publicKey, nodeCrypto)
    assert.ok(Array.isArray(rotated))
    const own = signedSet({ epoch: 2, previous: set.hash }, { ...owner, log: rotated, signer: testSigner(2) })
    assert.equal(accepted(thiefs, own), 'accepted')
    assert.match(accepted(own, thiefs), /older than the known one, which has been rotated/)
  })
})
