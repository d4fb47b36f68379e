/** How often somebody may ask: a bucket of tokens for each, which fills again with time. @module */

/** Buckets kept. At the limit the one unused for longest goes, whose owner has a full one again by then or is one of very many. */
const maxBuckets = 4096

interface Bucket {
  tokens: number
  at: number
}

export class RateLimit {
  readonly #buckets = new Map<string, Bucket>()
  readonly #perMinute: number

  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }

  /** Takes a token of `who` at `now`: 0, or the seconds until there is one. */
  take(who: string, now: number): number {
    const bucket = this.#buckets.get(who) ?? { tokens: this.#perMinute, at: now }
    const grown = bucket.tokens + (Math.max(0, now - bucket.at) * this.#perMinute) / 60_000
    bucket.tokens = Math.min(this.#perMinute, grown)
    bucket.at = now
    this.#buckets.delete(who) // so that the map is ordered by use
    this.#buckets.set(who, bucket)
    if (this.#buckets.size > maxBuckets) this.#buckets.delete(this.#buckets.keys().next().value!)
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 60) / this.#perMinute)
    bucket.tokens -= 1
    return 0
  }
}
