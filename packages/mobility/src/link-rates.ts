/**
 * How many datagrams of a link an edge looks at: a token bucket each. Beyond, they are dropped before any signature is
 * checked, so a flood on one link costs the others nothing.
 * @module
 */

/** Checking an attachment takes a tenth of a millisecond or so; a link with 256 hosts renews 26 a second. */
const linkRate = { perSecond: 100, burst: 200 } as const

interface Bucket {
  readonly tokens: number
  readonly at: number
}

export class LinkRates {
  readonly #buckets = new Map<number, Bucket>()
  /** Datagrams that were dropped. */
  dropped = 0

  /** @param link index of the interface @param now milliseconds of a steady clock */
  admits(link: number, now: number): boolean {
    const bucket = this.#buckets.get(link)
    const tokens = bucket === undefined ? linkRate.burst : tokensOf(bucket, now)
    const isIn = tokens >= 1
    this.#buckets.set(link, { tokens: isIn ? tokens - 1 : tokens, at: now })
    if (!isIn) this.dropped++
    return isIn
  }

  /** Forgets full buckets, which are as new ones: interfaces that come and go get ever higher indices. */
  expire(now: number): void {
    for (const [link, bucket] of this.#buckets) if (tokensOf(bucket, now) === linkRate.burst) this.#buckets.delete(link)
  }

  /** Links of which something is known. */
  get size(): number {
    return this.#buckets.size
  }
}

function tokensOf({ tokens, at }: Bucket, now: number): number {
  return Math.min(linkRate.burst, tokens + (Math.max(0, now - at) / 1000) * linkRate.perSecond)
}
