/**
 * Raw keys in the forms that node:crypto takes. Public keys as they are: its newer form `raw-public` takes half the
 * time of DER to read and a twentieth to write, and every handshake does both. Private keys as PKCS #8, a fixed prefix
 * followed by the octets: RFC 8410 §7 for X25519 and Ed25519, RFC 9935 §6 for ML-KEM-768 (the seed of 64 octets, FIPS
 * 203 §7.1).
 * @module
 */
import {
  createPrivateKey,
  createPublicKey,
  type KeyExportOptions,
  type KeyObject,
  type PublicKeyInput,
} from 'node:crypto'

interface KeyForm {
  readonly publicOctets: number
  readonly privateOctets: number
  /** The name that node:crypto uses. */
  readonly name: string
  readonly pkcs8: Buffer
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

const keyForms = {
  ed25519: {
    publicOctets: 32,
    privateOctets: 32,
    name: 'ed25519',
    pkcs8: hex('302e020100300506032b657004220420'),
  },
  x25519: {
    publicOctets: 32,
    privateOctets: 32,
    name: 'x25519',
    pkcs8: hex('302e020100300506032b656e04220420'),
  },
  mlKem768: {
    publicOctets: 1184,
    privateOctets: 64,
    name: 'ml-kem-768',
    pkcs8: hex('3054020100300b060960864801650304040204428040'),
  },
} as const satisfies Record<string, KeyForm>

export type KeyKind = keyof typeof keyForms

/** @throws {RangeError} on another length, and what node:crypto throws on octets that are not a key */
export function importPublicKey(kind: KeyKind, octets: Uint8Array): KeyObject {
  const { name, publicOctets } = keyForms[kind]
  if (octets.length !== publicOctets) throw new RangeError(`a key has ${publicOctets} octets, not ${octets.length}`)
  const input = { key: octets, format: 'raw-public', asymmetricKeyType: name }
  return withoutStacks(() => createPublicKey(input as unknown as PublicKeyInput))
}

/**
 * The result of `make`. Node (24) detects that something is not a key object by catching an error of its own, four
 * times for one import. Without the stack traces, which no one sees, that takes a fifth of the time.
 */
function withoutStacks<Result>(make: () => Result): Result {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** @throws {RangeError} unless it has 32 octets, or 64 for ML-KEM-768 */
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

/** The public octets of `key`, which may be private or public. */
export function exportPublicKey(key: KeyObject): Uint8Array<ArrayBuffer> {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return new Uint8Array(publicKey.export({ format: 'raw-public' } as unknown as KeyExportOptions<'der'>))
}
