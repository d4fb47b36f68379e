/**
 * AES-256 by the EVP functions of the OpenSSL that this process has anyway, called through koffi. node:crypto makes an
 * object and two buffers for each packet, and copies it once: 10 µs for a short one and twice the time of the encryption
 * itself for 64 KiB. These write where they are told to, in 2 µs and none.
 * @module
 */
import { type OpenSsl, withOpenSsl } from './openssl.ts'

export const tagOctets = 16
/** Of `EVP_CIPHER_CTX_ctrl`. */
const getTag = 0x10
const setTag = 0x11

/** Keys have 32 octets, nonces 12. What is written to has room: the caller sees to it. */
export interface Evp {
  /** Encrypts `parts`, one behind the other, to `text` and writes the tag behind them. */
  seal(
    key: Uint8Array,
    nonce: Uint8Array,
    associatedData: Uint8Array,
    parts: readonly Uint8Array[],
    text: Uint8Array,
  ): void
  /** Decrypts all of `text` but the tag at its end to `into`; `false`: it is not authentic, and `into` is to be forgotten. */
  open(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, text: Uint8Array, into: Uint8Array): boolean
  /** One block of AES: `into` gets 16 octets for the 16 of `block`. */
  block(key: Uint8Array, block: Uint8Array, into: Uint8Array): void
}

/** `undefined` as of `withOpenSsl`. */
export const loadEvp = (): Evp | undefined => withOpenSsl(evpOf)

type Memory = Uint8Array | null
type Context = bigint

interface Functions {
  readonly newContext: () => Context
  readonly gcm: () => unknown
  readonly ecb: () => unknown
  readonly beginSealing: (context: Context, cipher: unknown, engine: null, key: Memory, nonce: Memory) => number
  readonly encrypt: (context: Context, into: Memory, written: Uint8Array, from: Memory, octets: number) => number
  readonly endSealing: (context: Context, into: Uint8Array, written: Uint8Array) => number
  readonly beginOpening: (context: Context, cipher: unknown, engine: null, key: Memory, nonce: Memory) => number
  readonly decrypt: (context: Context, into: Memory, written: Uint8Array, from: Memory, octets: number) => number
  readonly endOpening: (context: Context, into: Uint8Array, written: Uint8Array) => number
  readonly control: (context: Context, what: number, octets: number, about: Uint8Array) => number
  readonly clearErrors: () => void
}

/** The prototypes are those of OpenSSL's manual pages, the same in its versions 1.1 and 3. */
function functionsOf(library: OpenSsl): Functions {
  const begin = '(void *context, void *cipher, void *engine, const void *key, const void *nonce)'
  const update = '(void *context, void *into, void *written, const void *from, int octets)'
  const end = '(void *context, void *into, void *written)'
  return {
    newContext: library.func('void *EVP_CIPHER_CTX_new()'),
    gcm: library.func('void *EVP_aes_256_gcm()'),
    ecb: library.func('void *EVP_aes_256_ecb()'),
    beginSealing: library.func(`int EVP_EncryptInit_ex${begin}`),
    encrypt: library.func(`int EVP_EncryptUpdate${update}`),
    endSealing: library.func(`int EVP_EncryptFinal_ex${end}`),
    beginOpening: library.func(`int EVP_DecryptInit_ex${begin}`),
    decrypt: library.func(`int EVP_DecryptUpdate${update}`),
    endOpening: library.func(`int EVP_DecryptFinal_ex${end}`),
    control: library.func('int EVP_CIPHER_CTX_ctrl(void *context, int what, int octets, void *about)'),
    clearErrors: library.func('void ERR_clear_error()'),
  }
}

/** The three contexts serve all sessions: to give one another key takes a fifth of a microsecond, and a session holds none. */
function evpOf(library: OpenSsl): Evp {
  const openssl = functionsOf(library)
  const [sealing, opening, blocks] = [openssl.newContext(), openssl.newContext(), openssl.newContext()]
  const count = Buffer.allocUnsafeSlow(8)
  const nothing = Buffer.allocUnsafeSlow(tagOctets)
  must(openssl.beginSealing(sealing, openssl.gcm(), null, null, null))
  must(openssl.beginOpening(opening, openssl.gcm(), null, null, null))
  must(openssl.beginSealing(blocks, openssl.ecb(), null, null, null))
  return {
    seal(key, nonce, associatedData, parts, text) {
      must(openssl.beginSealing(sealing, null, null, key, nonce))
      must(openssl.encrypt(sealing, null, count, associatedData, associatedData.length))
      let at = 0
      for (const part of parts) {
        if (part.length > text.length - tagOctets - at) throw new RangeError('"text" is too short for "parts"')
        if (part.length > 0) must(openssl.encrypt(sealing, text.subarray(at), count, part, part.length))
        at += part.length
      }
      must(openssl.endSealing(sealing, nothing, count)) // of GCM nothing is left
      must(openssl.control(sealing, getTag, tagOctets, text.subarray(at, at + tagOctets)))
    },
    open(key, nonce, associatedData, text, into) {
      const end = text.length - tagOctets
      if (end < 0 || end > into.length) throw new RangeError(`"text" has ${text.length} octets, "into" ${into.length}`)
      must(openssl.beginOpening(opening, null, null, key, nonce))
      must(openssl.control(opening, setTag, tagOctets, text.subarray(end)))
      must(openssl.decrypt(opening, null, count, associatedData, associatedData.length))
      if (end > 0) must(openssl.decrypt(opening, into, count, text, end))
      if (openssl.endOpening(opening, nothing, count) === 1) return true
      openssl.clearErrors() // else the next who asks, TLS for instance, takes them for its own
      return false
    },
    block(key, block, into) {
      if (block.length !== 16 || into.length < 16) throw new RangeError('a block has 16 octets')
      must(openssl.beginSealing(blocks, null, null, key, null))
      must(openssl.encrypt(blocks, into, count, block, 16))
    },
  }
}

/** Only without memory one of them fails; nothing may leave then. */
function must(result: number): void {
  if (result !== 1) throw new Error('OpenSSL did not encrypt')
}
