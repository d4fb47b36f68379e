/**
 * X25519 (RFC 7748) on octets, directly over OpenSSL. node:crypto first imports each public key into an object, which
 * takes half the time of an agreement, and every handshake meets a fresh key. These two functions are internal to
 * OpenSSL, whose public interface has no call on octets; they have been the same since version 3.0. If Node hides them,
 * or they do not compute what RFC 7748 §6.1 gives, node:crypto does the work.
 * @module
 */
import { type OpenSsl, withOpenSsl } from './openssl.ts'

const keyOctets = 32

export interface X25519 {
  /** The public key of 32 secret octets. */
  readonly publicKeyOf: (secret: Uint8Array) => Uint8Array<ArrayBuffer>
  /**
   * The 32 octets shared with `peer`; `undefined` if they are all zero.
   * @throws {RangeError} on another length than 32
   */
  readonly agree: (secret: Uint8Array, peer: Uint8Array) => Uint8Array<ArrayBuffer> | undefined
}

interface Functions {
  readonly multiply: (into: Uint8Array, secret: Uint8Array, point: Uint8Array) => number
  readonly multiplyBase: (into: Uint8Array, secret: Uint8Array) => void
}

function x25519Of(library: OpenSsl): X25519 {
  const openssl: Functions = {
    multiply: library.func('int ossl_x25519(void *into, const void *secret, const void *point)'),
    multiplyBase: library.func('void ossl_x25519_public_from_private(void *into, const void *secret)'),
  }
  // Short arrays lie in V8's heap, so passing one would allocate memory for it. Copies are passed instead.
  const [scalar, point, result] = [keyMemory(), keyMemory(), keyMemory()]
  const functions: X25519 = {
    publicKeyOf(secret) {
      scalar.set(checked(secret))
      openssl.multiplyBase(result, scalar)
      scalar.fill(0)
      return new Uint8Array(result)
    },
    agree(secret, peer) {
      scalar.set(checked(secret))
      point.set(checked(peer))
      const isSecret = openssl.multiply(result, scalar, point) === 1
      const shared = isSecret ? new Uint8Array(result) : undefined
      scalar.fill(0)
      result.fill(0)
      return shared
    },
  }
  if (!isRight(functions)) throw new Error('this OpenSSL does not compute X25519')
  return functions
}

const keyMemory = (): Buffer => Buffer.allocUnsafeSlow(keyOctets)

function checked(key: Uint8Array): Uint8Array {
  if (key.length !== keyOctets) throw new RangeError(`a key has ${keyOctets} octets, not ${key.length}`)
  return key
}

/** The keys of RFC 7748 §6.1. */
const alice = octetsOf('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a')
const bob = octetsOf('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb')
const bobsPublicKey = octetsOf('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f')
const both = octetsOf('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742')

function isRight({ publicKeyOf, agree }: X25519): boolean {
  const shared = agree(alice, bobsPublicKey)
  return (
    Buffer.compare(publicKeyOf(bob), bobsPublicKey) === 0 &&
    shared !== undefined &&
    Buffer.compare(shared, both) === 0 &&
    agree(alice, new Uint8Array(keyOctets)) === undefined
  )
}

function octetsOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

/** `undefined` as for `withOpenSsl`. At the end: it is tried with the keys above. */
export const x25519: X25519 | undefined = withOpenSsl(x25519Of)
