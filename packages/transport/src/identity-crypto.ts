/** The port of `identity` over node:crypto: Ed25519 (RFC 8032) and SHA-256. @module */
import { hash, randomFillSync, sign, verify } from 'node:crypto'
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
      return false // the octets are not a point
    }
  },
}

/** The signer with the private key `seed` (32 octets). */
export function signerOf(seed: Uint8Array): Signer {
  const key = importPrivateKey('ed25519', seed)
  return {
    publicKey: exportPublicKey(key),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  }
}

/** Random octets drawn in bulk: a call to the generator costs as much as 4 KiB of output. */
const drawn = new Uint8Array(4096)
let used = drawn.length

/** `count` unpredictable octets: for seeds, connection ids, secrets of cookies. */
export function randomOctets(count: number): Uint8Array<ArrayBuffer> {
  if (count > drawn.length / 8) return randomFillSync(new Uint8Array(count))
  if (used + count > drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  const octets = drawn.slice(used, used + count)
  drawn.fill(0, used, used + count) // no second copy remains
  used += count
  return octets
}
