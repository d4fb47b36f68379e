/**
 * AES by the EVP functions of the OpenSSL that is part of this process, called through koffi. node:crypto creates
 * an object and two buffers for each packet and copies it once: 10 µs for a short packet, and twice the time of the
 * encryption for 64 KiB. These functions write directly to the destination: 2 µs, and no extra time for 64 KiB.
 * @module
 */
import type { Koffi } from './native.ts'
import { type OpenSsl, withOpenSsl } from './openssl.ts'

export const tagOctets = 16
/** Of AES-256, and of AES-128. */
export type KeyOctets = 32 | 16
/** Of `EVP_CIPHER_CTX_ctrl`. */
const getTag = 0x10
const setTag = 0x11

/**
 * A key is the 32 octets (of AES-128: 16) of `key` from `keyAt` on, which must stay there while it is used; nonces have
 * 12 octets. The caller ensures that the destination has room. Octets are passed as an array and an offset, because a
 * view for each call would cost as much as the call.
 */
export interface Evp {
  /**
   * Encrypts `first` from `firstFrom` on, followed by `behind`, writes the result to `text` from `textFrom` on, and
   * appends the tag. Authenticates `bound` from `boundFrom` to `boundTo`.
   */
  seal(
    key: Uint8Array,
    keyAt: number,
    nonce: Uint8Array,
    bound: Uint8Array,
    boundFrom: number,
    boundTo: number,
    first: Uint8Array,
    firstFrom: number,
    behind: readonly Uint8Array[],
    text: Uint8Array,
    textFrom: number,
  ): void
  /**
   * Decrypts `text` from `textFrom` up to the tag at its end into `into`; authenticates the first `boundTo` octets of
   * `bound`. `false` if it is not authentic: then `into` must be discarded.
   */
  open(
    key: Uint8Array,
    keyAt: number,
    nonce: Uint8Array,
    bound: Uint8Array,
    boundTo: number,
    text: Uint8Array,
    textFrom: number,
    into: Uint8Array,
  ): boolean
  /** The AES block of the 16 octets of `octets` at `at`: 16 octets, valid until the next call. */
  block(key: Uint8Array, keyAt: number, octets: Uint8Array, at: number): Uint8Array
}

/** `undefined` as for `withOpenSsl`. */
export const loadEvp = (keyOctets: KeyOctets = 32): Evp | undefined =>
  withOpenSsl((library, koffi) => evpOf(library, koffi, keyOctets))

/** An address in memory; 0 is the null pointer. */
type Address = number

interface Functions {
  readonly newContext: () => bigint
  readonly gcm: () => bigint
  readonly ecb: () => bigint
  readonly beginSealing: (context: Address, cipher: Address, engine: 0, key: Address, nonce: Address) => number
  readonly encrypt: (context: Address, into: Address, written: Address, from: Address, octets: number) => number
  readonly endSealing: (context: Address, into: Address, written: Address) => number
  readonly beginOpening: (context: Address, cipher: Address, engine: 0, key: Address, nonce: Address) => number
  readonly decrypt: (context: Address, into: Address, written: Address, from: Address, octets: number) => number
  readonly endOpening: (context: Address, into: Address, written: Address) => number
  readonly control: (context: Address, what: number, octets: number, about: Address) => number
  readonly clearErrors: () => void
}

/** Prototypes from OpenSSL's manual pages, the same in versions 1.1 and 3; pointers are passed as numbers. */
function functionsOf(library: OpenSsl, keyOctets: KeyOctets): Functions {
  const begin = '(uintptr_t context, uintptr_t cipher, uintptr_t engine, uintptr_t key, uintptr_t nonce)'
  const update = '(uintptr_t context, uintptr_t into, uintptr_t written, uintptr_t from, int octets)'
  const end = '(uintptr_t context, uintptr_t into, uintptr_t written)'
  return {
    newContext: library.func('void *EVP_CIPHER_CTX_new()'),
    gcm: library.func(`void *EVP_aes_${keyOctets * 8}_gcm()`),
    ecb: library.func(`void *EVP_aes_${keyOctets * 8}_ecb()`),
    beginSealing: library.func(`int EVP_EncryptInit_ex${begin}`),
    encrypt: library.func(`int EVP_EncryptUpdate${update}`),
    endSealing: library.func(`int EVP_EncryptFinal_ex${end}`),
    beginOpening: library.func(`int EVP_DecryptInit_ex${begin}`),
    decrypt: library.func(`int EVP_DecryptUpdate${update}`),
    endOpening: library.func(`int EVP_DecryptFinal_ex${end}`),
    control: library.func('int EVP_CIPHER_CTX_ctrl(uintptr_t context, int what, int octets, uintptr_t about)'),
    clearErrors: library.func('void ERR_clear_error()'),
  }
}

/** A context and the key set last: setting the same key again costs as much as a short packet. */
interface Keyed {
  readonly context: Address
  key: Uint8Array | undefined
  keyAt: number
}

/** All sessions share the contexts, so that a session holds none. */
function evpOf(library: OpenSsl, koffi: Koffi, keyOctets: KeyOctets): Evp {
  const openssl = functionsOf(library, keyOctets)
  const addressOf = addresses(koffi)
  const { encrypt, decrypt, control } = openssl
  // One block of memory for all short arguments: key 32, nonce 12 (16), count 8 (16), unused output of the final call
  // 16.
  const small = Buffer.allocUnsafeSlow(112)
  const smallAt = addressOf(small)
  const [nonceAt, count, nothing] = [smallAt + 32, smallAt + 48, smallAt + 64]
  const mask = small.subarray(80, 112)
  const maskAt = smallAt + 80
  const newContext = (): Keyed => ({ context: Number(openssl.newContext()), key: undefined, keyAt: 0 })
  const [sealing, opening] = [newContext(), newContext()]
  // Two, because each session applies header protection with one key and removes it with another.
  const blocks: readonly [Keyed, Keyed] = [newContext(), newContext()]
  let nextBlock: 0 | 1 = 0
  must(openssl.beginSealing(sealing.context, Number(openssl.gcm()), 0, 0, 0))
  must(openssl.beginOpening(opening.context, Number(openssl.gcm()), 0, 0, 0))
  for (const { context } of blocks) must(openssl.beginSealing(context, Number(openssl.ecb()), 0, 0, 0))

  const begin = (
    keyed: Keyed,
    how: Functions['beginSealing'],
    key: Uint8Array,
    keyAt: number,
    nonce: Address,
  ): void => {
    const isThere = keyed.key === key && keyed.keyAt === keyAt
    if (!isThere) for (let index = 0; index < keyOctets; index++) small[index] = key[keyAt + index]!
    keyed.key = undefined // unset in case the call fails
    must(how(keyed.context, 0, 0, isThere ? 0 : smallAt, nonce))
    keyed.key = key
    keyed.keyAt = keyAt
  }
  return {
    seal(key, keyAt, nonce, bound, boundFrom, boundTo, first, firstFrom, behind, text, textFrom) {
      const { context } = sealing
      checkRange(bound, boundFrom, boundTo)
      const firstOctets = first.length - firstFrom
      let at = textFrom + firstOctets
      let end = at + tagOctets
      for (const part of behind) end += part.length
      if (firstFrom < 0 || firstOctets < 0 || textFrom < 0 || end > text.length)
        throw new RangeError(`"text" must have at least ${end} octets, got ${text.length}`)
      const textAt = addressOf(text)
      small.set(nonce, 32)
      begin(sealing, openssl.beginSealing, key, keyAt, nonceAt)
      must(encrypt(context, 0, count, addressOf(bound) + boundFrom, boundTo - boundFrom))
      if (firstOctets > 0) must(encrypt(context, textAt + textFrom, count, addressOf(first) + firstFrom, firstOctets))
      for (const part of behind) {
        if (part.length > 0) must(encrypt(context, textAt + at, count, addressOf(part), part.length))
        at += part.length
      }
      must(openssl.endSealing(context, nothing, count)) // GCM has no octets left
      must(control(context, getTag, tagOctets, textAt + at))
    },
    open(key, keyAt, nonce, bound, boundTo, text, textFrom, into) {
      const { context } = opening
      checkRange(bound, 0, boundTo)
      const end = text.length - tagOctets
      const octets = end - textFrom
      if (textFrom < 0 || octets < 0 || octets > into.length)
        throw new RangeError(`"text" has ${text.length - textFrom} octets, but "into" has only ${into.length}`)
      const textAt = addressOf(text)
      small.set(nonce, 32)
      begin(opening, openssl.beginOpening, key, keyAt, nonceAt)
      must(control(context, setTag, tagOctets, textAt + end))
      must(decrypt(context, 0, count, addressOf(bound), boundTo))
      if (octets > 0) must(decrypt(context, addressOf(into), count, textAt + textFrom, octets))
      if (openssl.endOpening(context, nothing, count) === 1) return true
      openssl.clearErrors() // otherwise the next caller, such as TLS, takes them for its own
      return false
    },
    block(key, keyAt, octets, at) {
      checkRange(octets, at, at + 16)
      let keyed = blocks[0].key === key && blocks[0].keyAt === keyAt ? blocks[0] : blocks[1]
      if (keyed.key !== key || keyed.keyAt !== keyAt) {
        keyed = blocks[nextBlock]
        nextBlock = nextBlock === 0 ? 1 : 0
        begin(keyed, openssl.beginSealing, key, keyAt, 0)
      }
      must(encrypt(keyed.context, maskAt, count, addressOf(octets) + at, 16))
      return mask
    },
  }
}

/**
 * From this length on, the address is looked up for each call: such memory mostly belongs to a caller that encrypts it
 * once.
 */
const foreignOctets = 4096

/** Addresses of octets. Short arrays come again and again from the same few buffers, whose addresses are kept. */
function addresses(koffi: Koffi): (octets: Uint8Array) => Address {
  const known = new WeakMap<ArrayBufferLike, Address>()
  return (octets) => {
    if (octets.length >= foreignOctets) return Number(koffi.address(octets))
    const { buffer } = octets
    let at = known.get(buffer)
    if (at === undefined) {
      at = Number(koffi.address(octets)) - octets.byteOffset
      known.set(buffer, at)
    }
    return at + octets.byteOffset
  }
}

function checkRange(octets: Uint8Array, from: number, to: number): void {
  if (!(from >= 0 && from <= to && to <= octets.length))
    throw new RangeError(`${from}..${to} is not within ${octets.length} octets`)
}

/** A call fails only for lack of memory. Nothing may be sent then. */
function must(result: number): void {
  if (result !== 1) throw new Error('OpenSSL did not encrypt')
}
