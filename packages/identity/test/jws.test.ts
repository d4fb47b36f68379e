import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { dataPath, needsData } from '../../../scripts/needs.ts'
import { signJws, verifyJws } from '../src/index.ts'
import { fromHex, nodeCrypto, signerOf, testSigner, toHex } from './node-crypto.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** RFC 8032 §7.1: private key, public key, message, signature. */
const ed25519 = [
  {
    name: 'TEST 1',
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    name: 'TEST 2',
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
]

describe('JWS with Ed25519', () => {
  for (const { name, seed, publicKey, message, signature } of ed25519) {
    test(`the port signs and verifies ${name} of RFC 8032 §7.1`, () => {
      const signer = signerOf(fromHex(seed))
      assert.equal(toHex(signer.publicKey), publicKey)
      assert.equal(toHex(signer.sign(fromHex(message))), signature)
      assert.ok(nodeCrypto.verifyEd25519(fromHex(publicKey), fromHex(message), fromHex(signature)))
      assert.ok(!nodeCrypto.verifyEd25519(fromHex(publicKey), fromHex(`${message}00`), fromHex(signature)))
    })
  }

  test('verifies and re-signs the example of RFC 8037 A.4', { skip: needsData('vectors/jws-rfc8037.json') }, () => {
    const { jwk, jws, payload } = JSON.parse(readFileSync(dataPath('vectors/jws-rfc8037.json'), 'utf8')) as {
      jwk: { d: string; x: string }
      jws: string
      payload: string
    }
    const signer = signerOf(new Uint8Array(Buffer.from(jwk.d, 'base64url')))
    assert.equal(signJws('', text(payload), signer), jws)
    assert.deepEqual(verifyJws(jws, '', new Uint8Array(Buffer.from(jwk.x, 'base64url')), nodeCrypto), {
      type: 'verified',
      payload: text(payload),
    })
  })

  test('round-trips any payload, also one longer than a record', () => {
    const payloads = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(new Uint8Array(5_000).fill(7)))
    fc.assert(
      fc.property(payloads, (payload) => {
        const jws = signJws('kind', payload, testSigner(1))
        assert.deepEqual(verifyJws(jws, 'kind', testSigner(1).publicKey, nodeCrypto), { type: 'verified', payload })
      }),
      { numRuns: 30 },
    )
  })

  test('a JWS in which one character differs never verifies', () => {
    const jws = signJws('kind', text('{"a":1}'), testSigner(1))
    const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= '
    fc.assert(
      fc.property(fc.nat(jws.length - 1), fc.nat(characters.length - 1), (at, choice) => {
        const other = `${jws.slice(0, at)}${characters[choice]}${jws.slice(at + 1)}`
        const verified = verifyJws(other, 'kind', testSigner(1).publicKey, nodeCrypto).type === 'verified'
        assert.equal(verified, other === jws)
      }),
      { numRuns: 200 },
    )
  })

  test('nothing but its own header is accepted', () => {
    const headers: readonly unknown[] = [
      { alg: 'none', typ: 'kind' },
      { alg: 'ES256', typ: 'kind' },
      { alg: 'HS256', typ: 'kind' },
      { alg: 'EdDSA', typ: 'other' },
      { alg: 'EdDSA' },
      { typ: 'kind', alg: 'EdDSA' },
      { alg: 'EdDSA', crit: ['b64'], b64: false, typ: 'kind' },
      { alg: 'EdDSA', jku: 'https://attacker.example/keys', typ: 'kind' },
      { alg: 'EdDSA', jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AA' }, typ: 'kind' },
      [],
    ]
    for (const header of headers) {
      const input = `${encode(header)}.${encode({})}`
      const jws = `${input}.${Buffer.from(testSigner(1).sign(text(input))).toString('base64url')}`
      const answer = verifyJws(jws, 'kind', testSigner(1).publicKey, nodeCrypto)
      assert.ok(answer.type === 'refused' && answer.because.code === 'algorithm', JSON.stringify(header))
    }
  })

  test('what is no compact JWS is refused, and nothing throws', () => {
    const whole = signJws('kind', text('x'), testSigner(1))
    const rows = [
      '',
      '.',
      '..',
      '...',
      `${whole}.`,
      `${whole}.x`,
      whole.slice(0, -1),
      `${whole}A`,
      whole.replace('.', ' '),
    ]
    for (const row of rows) {
      assert.equal(verifyJws(row, 'kind', testSigner(1).publicKey, nodeCrypto).type, 'refused', row)
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (any) => {
        assert.equal(verifyJws(any, 'kind', testSigner(1).publicKey, nodeCrypto).type, 'refused')
      }),
    )
    const unsigned = verifyJws(
      `${whole.split('.').slice(0, 2).join('.')}.`,
      'kind',
      testSigner(1).publicKey,
      nodeCrypto,
    )
    assert.ok(unsigned.type === 'refused')
    assert.equal(unsigned.because.problem, 'an Ed25519 signature has 64 octets, not 0')
  })
})
