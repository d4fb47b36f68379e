/** Private keys for certificates: P-256 and Ed25519. @module */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { type AgentId, agentIdOf } from '@vagus/identity'
import { signatures } from './object-ids.ts'

export type KeyAlgorithm = 'p256' | 'ed25519'

export function newPrivateKey(algorithm: KeyAlgorithm): KeyObject {
  return algorithm === 'p256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    : generateKeyPairSync('ed25519').privateKey
}

/** PKCS#8 of Ed25519 before the seed (RFC 8410 §7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')
/** SubjectPublicKeyInfo of Ed25519 before the key (RFC 8410 §4). */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')

/** The private key of an agent, whose 32 octets `seed` are. */
export function keyOfSeed(seed: Uint8Array): KeyObject {
  if (seed.length !== 32) throw new RangeError(`"seed" must have 32 octets, got ${seed.length}`)
  return createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
}

/** SubjectPublicKeyInfo of `key`, private or public, in DER. */
export function publicKeyOf(key: KeyObject): Uint8Array {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return publicKey.export({ format: 'der', type: 'spki' })
}

/** The agent whose key SubjectPublicKeyInfo `publicKey` is; `undefined` unless it is an Ed25519 key. */
export function agentOf(publicKey: Uint8Array): AgentId | undefined {
  const isEd25519 = publicKey.length === 44 && spkiHead.equals(publicKey.subarray(0, spkiHead.length))
  return isEd25519 ? agentIdOf(publicKey.subarray(spkiHead.length)) : undefined
}

/** `undefined`: a key that this package does not write certificates for. */
function algorithmOf(key: KeyObject): KeyAlgorithm | undefined {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519'
  const { namedCurve } = key.asymmetricKeyDetails ?? {}
  return key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1' ? 'p256' : undefined
}

/** The object identifier of the signatures that `key` makes. @throws {RangeError} */
export function signatureIdOf(key: KeyObject): string {
  const algorithm = algorithmOf(key)
  if (algorithm === undefined) throw new RangeError(`a key must be P-256 or Ed25519, got ${key.asymmetricKeyType}`)
  return algorithm === 'p256' ? '1.2.840.10045.4.3.2' : '1.3.101.112'
}

/** The signature of `key` over `octets`, in the form of X.509. */
export const signWith = (key: KeyObject, octets: Uint8Array): Uint8Array =>
  sign(algorithmOf(key) === 'p256' ? 'sha256' : null, octets, key)

/**
 * Whether `signature` over `octets` is one of `publicKey` (SubjectPublicKeyInfo) under the algorithm `id`. Never throws.
 * @param digest hash of algorithms that name none
 */
export function isSignature(
  id: string,
  publicKey: Uint8Array,
  octets: Uint8Array,
  signature: Uint8Array,
  digest?: string,
): boolean {
  const algorithm = signatures[id]
  if (algorithm === undefined) return false
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
    if (key.asymmetricKeyType !== algorithm.key) return false
    return verify(algorithm.key === 'ed25519' ? null : (algorithm.hash ?? digest), octets, key, signature)
  } catch {
    return false // a key that OpenSSL does not read
  }
}
