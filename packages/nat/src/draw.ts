/** Octets that nobody predicts without the seed: numbers of probes, ports of a search. @module */
import type { ProbeCrypto } from './probe.ts'

const drawnAtOnce = 1024

export class Draw {
  readonly #crypto: ProbeCrypto
  readonly #seed: Uint8Array
  #drawn = new Uint8Array(0)
  #at = 0
  #round = 0

  /** @param seed 32 fresh, secret random octets */
  constructor(crypto: ProbeCrypto, seed: Uint8Array) {
    this.#crypto = crypto
    this.#seed = seed
  }

  /** @param count at most 1,024 */
  octets(count: number): Uint8Array {
    if (this.#at + count > this.#drawn.length) {
      const salt = new TextEncoder().encode(`probes ${this.#round++}`)
      this.#drawn = new Uint8Array(this.#crypto.hkdf(salt, this.#seed, drawnAtOnce))
      this.#at = 0
    }
    const drawn = this.#drawn.slice(this.#at, this.#at + count)
    this.#at += count
    return drawn
  }

  /** A port as NATs map to: 1,024 and above (RFC 4787 §4.2.1). */
  port(): number {
    const [high = 0, low = 0, more = 0] = this.octets(3)
    return 1024 + (((high << 16) | (low << 8) | more) % 64_512)
  }
}
