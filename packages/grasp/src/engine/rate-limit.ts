/** How many multicasts each neighbour may have: a token bucket each, neighbours past the limit share one. @module */

interface Bucket {
  tokens: number
  at: number
}

export interface Rate {
  /** Tokens that come back in a second. */
  readonly perSecond: number
  /** Tokens of a full bucket. */
  readonly burst: number
  /** Neighbours with a bucket of their own. */
  readonly neighbours: number
}

const others = ''

export class RateLimit {
  readonly #rate: Rate
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Neighbours known; full buckets are forgotten with `sweep`. */
  get size(): number {
    return this.#buckets.size
  }

  /** Takes a token of `neighbour`; false when it has none left. */
  take(neighbour: string, now: number): boolean {
    const isKnown = this.#buckets.has(neighbour) || this.#buckets.size < this.#rate.neighbours
    const key = isKnown ? neighbour : others
    const bucket = this.#buckets.get(key) ?? { tokens: this.#rate.burst, at: now }
    this.#refill(bucket, now)
    this.#buckets.set(key, bucket)
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }

  sweep(now: number): void {
    for (const [key, bucket] of this.#buckets) {
      this.#refill(bucket, now)
      if (bucket.tokens >= this.#rate.burst) this.#buckets.delete(key)
    }
  }

  #refill(bucket: Bucket, now: number): void {
    const back = (Math.max(0, now - bucket.at) * this.#rate.perSecond) / 1000
    bucket.tokens = Math.min(this.#rate.burst, bucket.tokens + back)
    bucket.at = now
  }
}
