/** What tokens are believed, and what becomes of attempts to be believed. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { base64url, exportSPKI, SignJWT } from 'jose'
import { Issuer, type Refusal, type Verified, type Wanted } from '../src/index.ts'
import { clientId, issuerName, makeKey, sign, start, TestIssuer } from './issuer-at.ts'

const [one, two, rsa] = await Promise.all([makeKey('one'), makeKey('two'), makeKey('rsa', 'RS256')])
const id = { audience: [clientId], kind: 'id' } as const

async function judge(token: string, wanted: Wanted = id, now = start): Promise<Verified | Refusal> {
  const there = new TestIssuer([one, rsa])
  return new Issuer({ issuer: issuerName, fetch: there.fetch }).verify(token, wanted, now)
}
const codeOf = (answer: Verified | Refusal): string => ('refused' in answer ? answer.refused : 'believed')

/** A token of which every part is what is given. */
const raw = (header: object, claims: object, signature = ''): string =>
  [JSON.stringify(header), JSON.stringify(claims)].map((part) => base64url.encode(part)).join('.') + `.${signature}`
const claims = { iss: issuerName, aud: clientId, sub: 'eve', iat: start / 1000, exp: start / 1000 + 300 }

describe('a token of the issuer', () => {
  test('is believed, with its subject and times', async () => {
    const answer = await judge(await sign(one, { groups: ['noc'] }))
    assert.ok(!('refused' in answer), JSON.stringify(answer))
    assert.deepEqual([answer.subject, answer.issuedAt, answer.expiresAt], ['ada', start, start + 300_000])
    assert.equal(codeOf(await judge(await sign(rsa))), 'believed')
  })
  test('may be of a clock that is a minute ahead or behind', async () => {
    assert.equal(codeOf(await judge(await sign(one), id, start + 359_000)), 'believed')
    assert.equal(codeOf(await judge(await sign(one, { iat: start / 1000 + 59 }))), 'believed')
  })
})

describe('refused is', () => {
  const attempts: Readonly<Record<string, readonly [string, () => string | Promise<string>]>> = {
    'a token without signature, alg none': ['algorithm', () => raw({ alg: 'none' }, claims)],
    'a token without signature, alg nOnE': ['algorithm', () => raw({ alg: 'nOnE' }, claims)],
    'HS256 with the public key as its secret': [
      'algorithm',
      async () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid: rsa.kid })
          .sign(new TextEncoder().encode(await exportSPKI(rsa.publicKey))),
    ],
    'a stranger’s key under a kid of the issuer': ['signature', () => sign({ ...two, kid: 'one' })],
    'a key that the token brings itself': ['unknown-key', () => sign(two, {}, { jwk: two.jwk, kid: 'mine' })],
    'an address of keys that the token brings': ['unknown-key', () => sign(two, {}, { jku: 'https://evil.example/k' })],
    'a kid that is a path': ['unknown-key', () => sign(two, {}, { kid: '../../../../dev/null' })],
    'a kid that every object has': ['unknown-key', () => sign(two, {}, { kid: '__proto__' })],
    'another issuer': ['issuer', () => sign(one, { iss: 'https://id.example/' })],
    'no issuer': ['issuer', () => sign(one, { iss: undefined })],
    'another audience': ['audience', () => sign(one, { aud: 'shop' })],
    'no audience': ['audience', () => sign(one, { aud: undefined })],
    'an id token of another client that has us as audience': [
      'audience',
      () => sign(one, { aud: [clientId, 'shop'], azp: 'shop' }),
    ],
    'an expired token': ['expired', () => sign(one, { exp: start / 1000 - 61 })],
    'a token without an end': ['claims', () => sign(one, { exp: undefined })],
    'a token whose end is text': ['claims', () => sign(one, { exp: 'never' })],
    'nbf in the future': ['not-yet', () => sign(one, { nbf: start / 1000 + 61 })],
    'iat in the future': ['not-yet', () => sign(one, { iat: start / 1000 + 61 })],
    'no subject': ['claims', () => sign(one, { sub: undefined })],
    'a subject of a megabyte': ['malformed', () => sign(one, { sub: 'x'.repeat(1_000_000) })],
    'an access token in place of an id token': ['type', () => sign(one, {}, { typ: 'at+jwt' })],
    'a logout token': ['type', () => sign(one, { events: {} }, { typ: 'logout+jwt' })],
    'an unknown critical header': [
      'algorithm',
      () => raw({ alg: 'ES256', kid: 'one', crit: ['b'], b: 1 }, claims, 'AA'),
    ],
    'what is no token': ['malformed', () => 'operator'],
  }
  for (const [title, [code, make]] of Object.entries(attempts)) {
    test(title, async () => assert.equal(codeOf(await judge(await make())), code))
  }
  test('a signed token with one bit changed, anywhere', async () => {
    const token = await sign(one)
    const issuer = new Issuer({ issuer: issuerName, fetch: new TestIssuer([one]).fetch })
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
    const change = fc.tuple(fc.nat(token.length - 1), fc.constantFrom(...alphabet.split('')))
    await fc.assert(
      fc.asyncProperty(change, async ([at, character]) => {
        const changed = token.slice(0, at) + character + token.slice(at + 1)
        fc.pre(changed !== token)
        const answer = await issuer.verify(changed, id, start)
        // The last character of a signature has bits that no octet has: base64url decoders may ignore them.
        if (at === token.length - 1) return
        assert.ok('refused' in answer)
      }),
      { numRuns: 200 },
    )
  })
  test('any text, without an exception', async () => {
    const issuer = new Issuer({ issuer: issuerName, fetch: new TestIssuer([one]).fetch })
    const part = fc.oneof(fc.json(), fc.string()).map((text) => base64url.encode(text))
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.array(part, { maxLength: 6 }).map((parts) => parts.join('.')),
        ),
        async (text) => assert.ok('refused' in (await issuer.verify(text, id, start))),
      ),
      { numRuns: 300 },
    )
  })
})

describe('an access token', () => {
  const access = { audience: ['https://vagus.example'], kind: 'access' } as const
  const mine = { aud: 'https://vagus.example' }
  test('has the type of RFC 9068', async () => {
    assert.equal(codeOf(await judge(await sign(one, mine, { typ: 'at+jwt' }), access)), 'believed')
    assert.equal(codeOf(await judge(await sign(one, mine, { typ: 'application/at+JWT' }), access)), 'believed')
    assert.equal(codeOf(await judge(await sign(one, mine, { typ: 'JWT' }), access)), 'type')
    assert.equal(codeOf(await judge(await sign(one, mine), access)), 'type')
  })
  test('may be of an issuer that does not say the type, but is never an id token', async () => {
    const any = { ...access, kind: 'any-access' } as const
    assert.equal(codeOf(await judge(await sign(one, mine), any)), 'believed')
    assert.equal(codeOf(await judge(await sign(one, { ...mine, nonce: 'n' }), any)), 'type')
    assert.equal(codeOf(await judge(await sign(one, { ...mine, typ: 'ID' }, { typ: 'JWT' }), any)), 'type')
    assert.equal(codeOf(await judge(await sign(one, mine, { typ: 'dpop+jwt' }), any)), 'type')
  })
})
