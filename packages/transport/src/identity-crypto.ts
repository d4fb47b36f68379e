/** The port of `identity` over node:crypto: Ed25519 (RFC 8032) and SHA-256. @module */
import { hash, randomBytes, sign, verify } from 'node:crypto'
import type { IdentityCrypto, Signer } from '@vagus/identity'
import { exportPublicKey, importPrivateKey } from './key-forms.ts'
import { PublicKeys } from './public-keys.ts'

const verifyKeys = new PublicKeys('ed25519')

export const identityCrypto: IdentityCrypto = {
  sha256: (message) => new Uint8Array(hash('sha256', message, 'buffer')),
  verifyEd25519(publicKey, message, signature) {
    try {
      return verify(null, message, verifyKeys.get(publicKey), signature)
    } catch {
      return false // octets that are no point
    }
  },
}

/** The signer whose private key is `seed` (32 octets). */
export function signerOf(seed: Uint8Array): Signer {
  const key = importPrivateKey('ed25519', seed)
  return {
    publicKey: exportPublicKey(key),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  }
}

/** `count` octets that nobody can guess: seeds, connection ids, secrets of cookies. */
export function randomOctets(count: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(count))
}
