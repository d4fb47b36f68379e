/**
 * SHA-256, HKDF over it (RFC 5869), and encapsulation to an ML-KEM-768 key (FIPS 203), for handshakes: directly over
 * OpenSSL if it can be called, otherwise over node:crypto, with the same octets. node:crypto creates objects for each
 * derivation and each imported key: 15 µs where the hashing takes 3, and for ML-KEM as much again as the encapsulation.
 * @module
 */
import { createSecretKey, encapsulate, hash, hkdfSync, type KeyObject } from 'node:crypto'
import type { ChannelCrypto } from '@vagus/channel'
import { importPublicKey } from './key-forms.ts'
import type { Koffi } from './native.ts'
import { type OpenSsl, withOpenSsl } from './openssl.ts'
import { hkdfOf } from './openssl-hkdf.ts'
import { plain } from './plain.ts'

export type Derivations = Pick<ChannelCrypto, 'hash' | 'hkdf' | 'encapsulate'>

const hashOctets = 32
/** Maximum total octets of parts that are hashed in one piece, copied to memory allocated once. */
const togetherOctets = 2048
const kemName = 'ML-KEM-768'
const kemKeyOctets = 1184
const kemCiphertextOctets = 1088
const kemSecretOctets = 32
const noInfo = new Uint8Array(0)

const noOctets = createSecretKey(noInfo)
const secretOf = (octets: Uint8Array): KeyObject => (octets.length === 0 ? noOctets : createSecretKey(octets))

export const nodeDerivations: Derivations = {
  hash: (...parts) => plain(hash('sha256', parts.length === 1 ? parts[0]! : Buffer.concat(parts), 'buffer')),
  // A key object, because node:crypto takes longer to find out that octets are not a key object than to derive from
  // them.
  hkdf: (salt, keyMaterial, length) => new Uint8Array(hkdfSync('sha256', secretOf(keyMaterial), salt, noInfo, length)),
  encapsulate(publicKey) {
    try {
      const { ciphertext, sharedKey } = encapsulate(importPublicKey('mlKem768', publicKey))
      return { ciphertext: plain(ciphertext), sharedSecret: plain(sharedKey) }
    } catch {
      return undefined // OpenSSL makes the check of FIPS 203 §7.2
    }
  },
}

/** `undefined` as for `withOpenSsl`. */
export const loadDerivations = (): Derivations | undefined => withOpenSsl(derivationsOf)

type Pointer = bigint | null

interface Functions {
  readonly fetchDigest: (library: null, name: string, query: null) => Pointer
  readonly digest: (
    message: Uint8Array,
    octets: number,
    into: Uint8Array,
    length: null,
    md: Pointer,
    engine: null,
  ) => number
  readonly readKey: (library: null, name: string, query: null, key: Uint8Array, octets: number) => Pointer
  readonly freeKey: (key: Pointer) => void
  readonly newContext: (library: null, key: Pointer, query: null) => Pointer
  readonly freeContext: (context: Pointer) => void
  readonly begin: (context: Pointer, parameters: null) => number
  readonly encapsulate: (
    context: Pointer,
    ciphertext: Uint8Array,
    ciphertextOctets: Uint8Array,
    secret: Uint8Array,
    secretOctets: Uint8Array,
  ) => number
  readonly clearErrors: () => void
}

/** Prototypes from the manual pages of OpenSSL 3. */
function functionsOf(library: OpenSsl): Functions {
  return {
    fetchDigest: library.func('void *EVP_MD_fetch(void *library, const char *name, void *query)'),
    digest: library.func('int EVP_Digest(const void *m, size_t n, void *into, void *length, void *md, void *engine)'),
    readKey: library.func(
      'void *EVP_PKEY_new_raw_public_key_ex(void *library, const char *name, void *query, const void *key, size_t n)',
    ),
    freeKey: library.func('void EVP_PKEY_free(void *key)'),
    newContext: library.func('void *EVP_PKEY_CTX_new_from_pkey(void *library, void *key, void *query)'),
    freeContext: library.func('void EVP_PKEY_CTX_free(void *context)'),
    begin: library.func('int EVP_PKEY_encapsulate_init(void *context, void *parameters)'),
    encapsulate: library.func(
      'int EVP_PKEY_encapsulate(void *context, void *text, void *textOctets, void *secret, void *secretOctets)',
    ),
    clearErrors: library.func('void ERR_clear_error()'),
  }
}

function derivationsOf(library: OpenSsl, koffi: Koffi): Derivations {
  const openssl = functionsOf(library)
  /** Fetched once: `EVP_sha256` would be fetched again for each message. */
  const sha256 = openssl.fetchDigest(null, 'SHA256', null)
  if (sha256 === null) throw new Error('OpenSSL has no SHA-256')
  // Short arrays lie in V8's heap, so passing one would allocate memory for it. These two buffers serve every call.
  const [together, digest] = [Buffer.allocUnsafeSlow(togetherOctets), Buffer.allocUnsafeSlow(hashOctets)]
  const secret = Buffer.allocUnsafeSlow(kemSecretOctets)
  const lengths = new BigUint64Array(2)
  const textLength = new Uint8Array(lengths.buffer, 0, 8)
  const secretLength = new Uint8Array(lengths.buffer, 8, 8)
  return {
    hash(...parts) {
      let octets = 0
      for (const part of parts) octets += part.length
      const message = joined(parts, octets, together)
      if (openssl.digest(message, octets, digest, null, sha256, null) !== 1) throw new Error('OpenSSL did not hash')
      return new Uint8Array(digest)
    },
    hkdf: hkdfOf(library, koffi, nodeDerivations.hkdf),
    encapsulate(publicKey) {
      const key =
        publicKey.length === kemKeyOctets ? openssl.readKey(null, kemName, null, publicKey, kemKeyOctets) : null
      if (key === null) {
        openssl.clearErrors() // otherwise the next caller, such as TLS, takes them for its own
        return undefined // OpenSSL makes the check of FIPS 203 §7.2
      }
      const context = openssl.newContext(null, key, null)
      try {
        const ciphertext = new Uint8Array(kemCiphertextOctets)
        lengths[0] = BigInt(kemCiphertextOctets)
        lengths[1] = BigInt(secret.length)
        const done = openssl.begin(context, null) === 1
        if (!done || openssl.encapsulate(context, ciphertext, textLength, secret, secretLength) !== 1) {
          throw new Error('OpenSSL did not encapsulate')
        }
        return { ciphertext, sharedSecret: new Uint8Array(secret) }
      } finally {
        secret.fill(0)
        openssl.freeContext(context)
        openssl.freeKey(key)
      }
    },
  }
}

/**
 * Memory that starts with `parts`, `octets` in all: a single part as it is, several parts copied to `room` if they fit.
 */
function joined(parts: readonly Uint8Array[], octets: number, room: Buffer): Uint8Array {
  if (parts.length === 1) return parts[0]!
  if (octets > room.length) return Buffer.concat(parts)
  let at = 0
  for (const part of parts) {
    room.set(part, at)
    at += part.length
  }
  return room
}

export const derivations: Derivations = loadDerivations() ?? nodeDerivations
