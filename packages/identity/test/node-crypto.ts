/** The ports of identity over node:crypto, for tests. */
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { IdentityCrypto, Signer } from '../src/index.ts'

const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex') // RFC 8410 §4
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex') // RFC 8410 §7

export const nodeCrypto: IdentityCrypto = {
  sha256: (message) => new Uint8Array(createHash('sha256').update(message).digest()),
  verifyEd25519(publicKey, message, signature) {
    try {
      const key = createPublicKey({ key: Buffer.concat([publicPrefix, publicKey]), format: 'der', type: 'spki' })
      return verify(null, message, key, signature)
    } catch {
      return false
    }
  },
}

/** The signer whose private key is `seed` (32 octets). */
export function signerOf(seed: Uint8Array): Signer {
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return {
    publicKey: new Uint8Array(spki.subarray(-32)),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  }
}

/** A signer for tests, told apart by `number` (0..255). */
export const testSigner = (number: number): Signer => signerOf(new Uint8Array(32).fill(number))

export const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
export const toHex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
