/**
 * How many datagrams of a link an edge looks at: a token bucket each. Beyond, they are dropped before any signature is
 * checked, so a flood on one link costs the others nothing.
 * @module
 */

/** Checking an attachment takes a tenth of a millisecond or so; a link with 256 hosts renews 26 a second. */
const linkRate = { perSecond: 100, burst: 200 } as const

export class LinkRates {
  readonly #buckets = new Map<number, { tokens: number; at: number }>()
  /** Datagrams that were dropped. */
  dropped = 0

  /** @param link index of the interface @param now milliseconds of a steady clock */
  admits(link: number, now: number): boolean {
    const bucket = this.#buckets.get(link) ?? { tokens: linkRate.burst, at: now }
    const passed = Math.max(0, now - bucket.at)
    const tokens = Math.min(linkRate.burst, bucket.tokens + (passed / 1000) * linkRate.perSecond)
    const isIn = tokens >= 1
    this.#buckets.set(link, { tokens: isIn ? tokens - 1 : tokens, at: now })
    if (!isIn) this.dropped++
    return isIn
  }

  /** A link that is gone. */
  forget(link: number): void {
    this.#buckets.delete(link)
  }
}
