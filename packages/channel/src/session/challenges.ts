/** Octets for challenges, unpredictable without the seed. @module */
import type { ChannelCrypto } from '../ports.ts'
import type { Lasting } from './lasting.ts'

const challengeOctets = 8
const challengesAtOnce = 8

export class Challenges {
  readonly #crypto: ChannelCrypto
  readonly #lasting: Lasting
  #drawn: Uint8Array | undefined
  #count = 0

  constructor(crypto: ChannelCrypto, lasting: Lasting) {
    this.#crypto = crypto
    this.#lasting = lasting
  }

  /** Returns 8 new octets on each call. */
  draw(): Uint8Array {
    const index = this.#count++ % challengesAtOnce
    if (index === 0 || this.#drawn === undefined) {
      const salt = new TextEncoder().encode(`challenge ${this.#count}`)
      this.#drawn = this.#crypto.hkdf(salt, this.#lasting.seed, challengesAtOnce * challengeOctets)
    }
    return this.#drawn.subarray(index * challengeOctets, (index + 1) * challengeOctets)
  }
}
