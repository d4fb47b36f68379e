import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  channelCrypto,
  dhKeyOf,
  identityCrypto,
  kemKeyOf,
  newDhKey,
  newKemKey,
  randomOctets,
  signerOf,
} from '../src/index.ts'
import { PublicKeys } from '../src/public-keys.ts'

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const toHex = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('hex')
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

describe('X25519', () => {
  test('agrees on the secret of RFC 7748 §6.1', () => {
    const alice = dhKeyOf(fromHex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'))
    const bob = dhKeyOf(fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'))
    assert.equal(toHex(alice.publicKey), '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a')
    const shared = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'
    assert.equal(toHex(alice.agree(bob.publicKey)), shared)
    assert.equal(toHex(bob.agree(alice.publicKey)), shared)
  })

  test('agrees on nothing with a point of low order, and not with octets of another length', () => {
    assert.equal(newDhKey().agree(new Uint8Array(32)), undefined)
    assert.throws(() => newDhKey().agree(new Uint8Array(31)), /a key has 32 octets, not 31/)
  })
})

describe('ML-KEM-768', () => {
  test('a key follows from its seed, and both sides have the same octets', () => {
    const seed = new Uint8Array(64).fill(7)
    const key = kemKeyOf(seed)
    assert.deepEqual(kemKeyOf(seed).publicKey, key.publicKey)
    assert.equal(key.publicKey.length, 1184)
    const encapsulation = channelCrypto.encapsulate(key.publicKey)
    assert.equal(encapsulation?.ciphertext.length, 1088)
    assert.deepEqual(kemKeyOf(seed).decapsulate(encapsulation.ciphertext), encapsulation.sharedSecret)
    assert.notDeepEqual(newKemKey().publicKey, newKemKey().publicKey)
  })

  test('octets that are no key are not answered (FIPS 203 §7.2)', () => {
    assert.equal(channelCrypto.encapsulate(new Uint8Array(1184).fill(0xff)), undefined)
    assert.equal(channelCrypto.encapsulate(new Uint8Array(1183)), undefined)
  })
})

describe('AES-256-GCM, HKDF, SHA-256', () => {
  test('seals test case 14 of the GCM specification, and opens it', () => {
    const key = channelCrypto.aead(new Uint8Array(32))
    const sealed = key.seal(new Uint8Array(12), new Uint8Array(0), new Uint8Array(16))
    assert.equal(toHex(sealed), 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919')
    assert.deepEqual(key.open(new Uint8Array(12), new Uint8Array(0), sealed), new Uint8Array(16))
  })

  test('opens nothing that was changed, whatever was', () => {
    const key = channelCrypto.aead(randomOctets(32))
    const [nonce, associatedData] = [randomOctets(12), text('header')]
    const sealed = key.seal(nonce, associatedData, text('hello'))
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice()
      changed[at]! ^= 1
      assert.equal(key.open(nonce, associatedData, changed), undefined)
    }
    assert.equal(key.open(randomOctets(12), associatedData, sealed), undefined)
    assert.equal(key.open(nonce, text('other'), sealed), undefined)
    for (const length of [0, 15, 16, 20])
      assert.equal(key.open(nonce, associatedData, sealed.slice(0, length)), undefined)
  })

  test('derives test case 3 of RFC 5869', () => {
    const output = channelCrypto.hkdf(new Uint8Array(0), new Uint8Array(22).fill(0x0b), 42)
    const wanted = '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8'
    assert.equal(toHex(output), wanted)
  })

  test('both ports hash alike', () => {
    const wanted = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' // FIPS 180-4, "abc"
    assert.equal(toHex(channelCrypto.hash(text('abc'))), wanted)
    assert.equal(toHex(identityCrypto.sha256(text('abc'))), wanted)
  })
})

describe('Ed25519', () => {
  test('what is no key or no signature verifies nothing, and throws nothing', () => {
    const signer = signerOf(randomOctets(32))
    const signature = signer.sign(text('a'))
    assert.ok(identityCrypto.verifyEd25519(signer.publicKey, text('a'), signature))
    assert.ok(!identityCrypto.verifyEd25519(signer.publicKey, text('b'), signature))
    assert.ok(!identityCrypto.verifyEd25519(signer.publicKey, text('a'), signature.slice(1)))
    assert.ok(!identityCrypto.verifyEd25519(signer.publicKey.slice(1), text('a'), signature))
    assert.ok(!identityCrypto.verifyEd25519(new Uint8Array(32).fill(0xff), text('a'), signature))
    assert.throws(() => signerOf(new Uint8Array(31)), /a private key has 32 octets, not 31/)
  })
})

test('of the imported keys the one unused longest goes at the limit', () => {
  const keys = new PublicKeys('x25519', 2)
  const [a, b, c] = [1, 2, 3].map((number) => dhKeyOf(new Uint8Array(32).fill(number)).publicKey)
  const first = keys.get(a!)
  const second = keys.get(b!)
  assert.equal(keys.get(a!), first)
  keys.get(c!)
  assert.equal(keys.size, 2)
  assert.equal(keys.get(a!), first)
  assert.notEqual(keys.get(b!), second)
})
