/**
 * All fresh octets of one call from the 32 that its caller gave: HMAC of a counter, which is a pseudorandom function
 * (RFC 2104), so that a commit to a thousand members needs no thousand parameters.
 * @module
 */
import type { MlsCrypto } from './ports.ts'

export class Draws {
  readonly #crypto: MlsCrypto
  readonly #seed: Uint8Array
  #count = 0

  /** @throws {RangeError} unless `random` has 32 octets */
  constructor(crypto: MlsCrypto, random: Uint8Array) {
    if (random.length !== 32) throw new RangeError(`"random" must have 32 octets, got ${random.length}`)
    this.#crypto = crypto
    this.#seed = random
  }

  /** 32 octets that no other call gives. */
  next(): Uint8Array {
    const counter = new Uint8Array(4)
    new DataView(counter.buffer).setUint32(0, this.#count++)
    return this.#crypto.hmacSha256(this.#seed, counter)
  }
}
