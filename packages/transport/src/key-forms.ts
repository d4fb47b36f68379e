/**
 * Raw keys as node:crypto takes them: each is a fixed beginning of DER, then the octets of the key. Public keys as
 * SubjectPublicKeyInfo, private ones as PKCS #8: RFC 8410 §4, §7 for X25519 and Ed25519, RFC 9935 §4, §6 for ML-KEM-768
 * (private: the seed of 64 octets, FIPS 203 §7.1).
 * @module
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

interface KeyForm {
  readonly publicOctets: number
  readonly privateOctets: number
  readonly spki: Buffer
  readonly pkcs8: Buffer
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

const keyForms = {
  ed25519: {
    publicOctets: 32,
    privateOctets: 32,
    spki: hex('302a300506032b6570032100'),
    pkcs8: hex('302e020100300506032b657004220420'),
  },
  x25519: {
    publicOctets: 32,
    privateOctets: 32,
    spki: hex('302a300506032b656e032100'),
    pkcs8: hex('302e020100300506032b656e04220420'),
  },
  mlKem768: {
    publicOctets: 1184,
    privateOctets: 64,
    spki: hex('308204b2300b0609608648016503040402038204a100'),
    pkcs8: hex('3054020100300b060960864801650304040204428040'),
  },
} as const satisfies Record<string, KeyForm>

export type KeyKind = keyof typeof keyForms

/** @throws {RangeError} on another length, and what node:crypto throws on octets that are no key */
export function importPublicKey(kind: KeyKind, octets: Uint8Array): KeyObject {
  const { spki, publicOctets } = keyForms[kind]
  if (octets.length !== publicOctets) throw new RangeError(`a key has ${publicOctets} octets, not ${octets.length}`)
  return createPublicKey({ key: Buffer.concat([spki, octets]), format: 'der', type: 'spki' })
}

/** @throws {RangeError} on another length than 32 octets, for ML-KEM-768 64 */
export function importPrivateKey(kind: KeyKind, octets: Uint8Array): KeyObject {
  const { pkcs8, privateOctets } = keyForms[kind]
  if (octets.length !== privateOctets) {
    throw new RangeError(`a private key has ${privateOctets} octets, not ${octets.length}`)
  }
  const der = Buffer.concat([pkcs8, octets])
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } finally {
    der.fill(0)
  }
}

/** The octets of `key`, private or public, that everyone may see. */
export function exportPublicKey(kind: KeyKind, key: KeyObject): Uint8Array<ArrayBuffer> {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-keyForms[kind].publicOctets))
}
