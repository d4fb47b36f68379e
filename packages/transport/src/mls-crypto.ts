/**
 * The port of `mls`: SHA-256, HMAC, AES-GCM and X25519 directly over OpenSSL if it can be called, otherwise over
 * node:crypto, which also does Ed25519.
 * @module
 */
import type { MlsCrypto } from '@vagus/mls'
import { aead128, aesKeys } from './aes-keys.ts'
import { dhKeyOf } from './key-agreement.ts'
import { derivations } from './derivations.ts'
import { identityCrypto } from './identity-crypto.ts'
import { x25519 } from './x25519.ts'

const keyOctets = 32
const blockOctets = 64
const aead = (key: Uint8Array) => (key.length === 16 ? aead128(key) : aesKeys.aead(key))

/** Of a key that fits a block, as all of MLS do, or else of its hash (RFC 2104 §2). */
function padded(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(blockOctets).fill(pad)
  for (const [index, octet] of (key.length > blockOctets ? derivations.hash(key) : key).entries())
    block[index]! ^= octet
  return block
}

export const mlsCrypto: MlsCrypto = {
  sha256: derivations.hash,
  /** By two hashes: node:crypto makes a key and an object for each HMAC, which takes nine times as long. */
  hmacSha256(key, ...parts) {
    const [inner, outer] = [padded(key, 0x36), padded(key, 0x5c)]
    const tag = derivations.hash(outer, derivations.hash(inner, ...parts))
    inner.fill(0)
    outer.fill(0)
    return tag
  },
  seal: (key, nonce, associatedData, plaintext) => aead(key).seal(nonce, associatedData, plaintext),
  open: (key, nonce, associatedData, ciphertext) => aead(key).open(nonce, associatedData, ciphertext),
  x25519PublicKey: (secret) => x25519?.publicKeyOf(secret) ?? dhKeyOf(secret).publicKey,
  x25519(secret, peer) {
    if (peer.length !== keyOctets) return undefined
    return x25519 === undefined ? dhKeyOf(secret).agree(peer) : x25519.agree(secret, peer)
  },
  verifyEd25519: (publicKey, message, signature) => identityCrypto.verifyEd25519(publicKey, message, signature),
}
