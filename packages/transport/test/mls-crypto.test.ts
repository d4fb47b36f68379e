import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { aead128, nodeAead } from '../src/aes-keys.ts'
import { mlsCrypto, randomOctets } from '../src/index.ts'

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

test('HMAC-SHA256 is that of node:crypto, for keys shorter and longer than a block (RFC 2104)', () => {
  for (const octets of [0, 1, 32, 63, 64, 65, 200]) {
    const [key, first, second] = [randomOctets(octets), randomOctets(70), randomOctets(3000)]
    const expected = createHmac('sha256', key).update(first).update(second).digest()
    assert.deepEqual(mlsCrypto.hmacSha256(key, first, second), new Uint8Array(expected))
  }
})

test('HMAC-SHA256 of RFC 4231 §4.2', () => {
  const tag = mlsCrypto.hmacSha256(new Uint8Array(20).fill(0x0b), new TextEncoder().encode('Hi There'))
  const expected = 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'
  assert.equal(Buffer.from(tag).toString('hex'), expected)
})

test('AES-128-GCM: case 4 of McGrew and Viega, over OpenSSL and over node:crypto', () => {
  const key = fromHex('feffe9928665731c6d6a8f9467308308')
  const nonce = fromHex('cafebabefacedbaddecaf888')
  const bound = fromHex('feedfacedeadbeeffeedfacedeadbeefabaddad2')
  const text = fromHex(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  )
  const sealed =
    '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091' +
    '5bc94fbc3221a5db94fae95ae7121a47'
  for (const make of [aead128, nodeAead]) {
    assert.equal(Buffer.from(make(key).seal(nonce, bound, text)).toString('hex'), sealed)
    assert.deepEqual(make(key).open(nonce, bound, fromHex(sealed)), text)
    assert.equal(make(key).open(nonce, bound, fromHex(sealed).fill(0, 0, 1)), undefined)
    assert.equal(make(key).open(nonce, bound, new Uint8Array(15)), undefined)
  }
})

test('keys of 16 and 32 octets in turn do not mix', () => {
  const [short, long, nonce] = [randomOctets(16), randomOctets(32), randomOctets(12)]
  const none = new Uint8Array(0)
  for (let round = 0; round < 3; round++) {
    for (const key of [short, long]) {
      const sealed = mlsCrypto.seal(key, nonce, none, Uint8Array.of(round))
      assert.deepEqual(sealed, nodeAead(key).seal(nonce, none, Uint8Array.of(round)))
      assert.deepEqual(mlsCrypto.open(key, nonce, none, sealed), Uint8Array.of(round))
    }
  }
})

test('X25519 gives nothing with a key of another length, or of low order (RFC 7748 §6.1)', () => {
  const secret = randomOctets(32)
  assert.equal(mlsCrypto.x25519(secret, new Uint8Array(31)), undefined)
  assert.equal(mlsCrypto.x25519(secret, new Uint8Array(32)), undefined)
  const other = randomOctets(32)
  const [a, b] = [mlsCrypto.x25519PublicKey(secret), mlsCrypto.x25519PublicKey(other)]
  assert.deepEqual(mlsCrypto.x25519(secret, b), mlsCrypto.x25519(other, a))
})

test('signatures with keys and lengths that cannot be are wrong, and throw nothing', () => {
  for (const octets of [0, 31, 32, 64])
    assert.equal(mlsCrypto.verifyEd25519(new Uint8Array(octets), new Uint8Array(3), new Uint8Array(octets)), false)
})
