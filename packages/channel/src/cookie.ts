/**
 * Stateless cookies. Under load, a responder spends nothing on a hello until the sender has shown that it receives at
 * its source address. The cookie is a MAC over the address and the connection id; the responder stores nothing for it.
 * @module
 */
import { concatOctets } from '@vagus/wire'
import { equalInConstantTime } from './octets.ts'
import type { ChannelCrypto } from './ports.ts'

const cookieOctets = 16
/** Milliseconds after which the host should supply a new secret. A cookie is valid for one to two of these periods. */
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

  /** From now on, cookies of the secret before the last are refused. @param secret 32 random octets */
  rotate(secret: Uint8Array): void {
    this.#previous = this.#secret
    this.#secret = checked(secret)
  }

  /** @param source the address and port from which the hello came, always in the same form */
  issue(source: Uint8Array, connectionId: Uint8Array): Uint8Array {
    return this.#mac(this.#secret, source, connectionId)
  }

  accepts(cookie: Uint8Array, source: Uint8Array, connectionId: Uint8Array): boolean {
    if (cookie.length !== cookieOctets) return false
    if (equalInConstantTime(cookie, this.#mac(this.#secret, source, connectionId))) return true
    return this.#previous !== undefined && equalInConstantTime(cookie, this.#mac(this.#previous, source, connectionId))
  }

  /** HKDF with the secret as salt starts with an HMAC (RFC 5869 §2.2), which makes this a MAC. */
  #mac(secret: Uint8Array, source: Uint8Array, connectionId: Uint8Array): Uint8Array {
    return this.#crypto.hkdf(secret, concatOctets(connectionId, source), cookieOctets)
  }
}

function checked(secret: Uint8Array): Uint8Array {
  if (secret.length !== 32) throw new RangeError(`"secret" must have 32 octets, got ${secret.length}`)
  return secret
}
