/**
 * When the peer was heard last, and gaps: an answer was late, and then the peer was heard again. What the peer had to
 * say in between nobody knows, so only an end that waits for an answer sees a gap.
 * @module
 */

/** Milliseconds; what is shorter no program notices. */
const leastGap = 100

export class Hearing {
  /** Milliseconds since 1970, of the last authentic packet. */
  at: number
  #gapFrom: number | undefined

  constructor(now: number) {
    this.at = now
  }

  /** Since when an answer is late, milliseconds since 1970; `undefined`: none is. */
  get lateSince(): number | undefined {
    return this.#gapFrom
  }

  /** The answer to what was sent at `since` does not come in time on the path that carries the data. */
  late(since: number): void {
    this.#gapFrom ??= Math.max(this.at, since)
  }

  /** A packet came. How long the gap before it was, in milliseconds; `undefined`: there was none, or a short one. */
  heard(now: number): number | undefined {
    this.at = now
    if (this.#gapFrom === undefined) return undefined
    const gap = now - this.#gapFrom
    this.#gapFrom = undefined
    return gap >= leastGap ? gap : undefined
  }
}
