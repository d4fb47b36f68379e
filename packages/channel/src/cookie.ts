/**
 * Stateless cookies: under load a responder spends nothing on a hello before its sender has shown that it receives at
 * the address it sends from. The cookie is a MAC over address and connection id; nothing is stored for it.
 * @module
 */
import { concatOctets, equalInConstantTime } from './octets.ts'
import type { ChannelCrypto } from './ports.ts'

export const cookieOctets = 16
/** After this the host should give a new secret; a cookie is good for one to two of these. Milliseconds. */
export const cookieLifetime = 60_000

export class CookieJar {
  readonly #crypto: ChannelCrypto
  #secret: Uint8Array
  #previous: Uint8Array | undefined

  /** @param secret 32 random octets */
  constructor(crypto: ChannelCrypto, secret: Uint8Array) {
    this.#crypto = crypto
    this.#secret = checked(secret)
  }

  /** Cookies of the secret before the last are refused from now on. @param secret 32 random octets */
  rotate(secret: Uint8Array): void {
    this.#previous = this.#secret
    this.#secret = checked(secret)
  }

  /** @param source the address and port that the hello came from, in any form that is always the same */
  issue(source: Uint8Array, connectionId: Uint8Array): Uint8Array {
    return this.#mac(this.#secret, source, connectionId)
  }

  accepts(cookie: Uint8Array, source: Uint8Array, connectionId: Uint8Array): boolean {
    if (cookie.length !== cookieOctets) return false
    if (equalInConstantTime(cookie, this.#mac(this.#secret, source, connectionId))) return true
    return this.#previous !== undefined && equalInConstantTime(cookie, this.#mac(this.#previous, source, connectionId))
  }

  /** HKDF with the secret as its salt is HMAC first (RFC 5869 §2.2): a MAC. */
  #mac(secret: Uint8Array, source: Uint8Array, connectionId: Uint8Array): Uint8Array {
    return this.#crypto.hkdf(secret, concatOctets(connectionId, source), cookieOctets)
  }
}

function checked(secret: Uint8Array): Uint8Array {
  if (secret.length !== 32) throw new RangeError(`"secret" must have 32 octets, got ${secret.length}`)
  return secret
}
