/**
 * When the peer was last heard, and gaps: an answer was late, and then the peer was heard again. No one knows what the
 * peer would have sent in between, so only a side that waits for an answer sees a gap.
 * @module
 */

/** Milliseconds; a program does not notice shorter gaps. */
const leastGap = 100

export class Hearing {
  /** When the last authentic packet arrived, milliseconds since 1970. */
  at: number
  #gapFrom: number | undefined

  constructor(now: number) {
    this.at = now
  }

  /** Since when an answer is late, milliseconds since 1970; `undefined` if none is. */
  get lateSince(): number | undefined {
    return this.#gapFrom
  }

  /** The answer to what was sent at `since` is late on the path that carries the data. */
  late(since: number): void {
    this.#gapFrom ??= Math.max(this.at, since)
  }

  /** A packet arrived. Returns the gap before it in milliseconds; `undefined` if there was none, or a short one. */
  heard(now: number): number | undefined {
    this.at = now
    if (this.#gapFrom === undefined) return undefined
    const gap = now - this.#gapFrom
    this.#gapFrom = undefined
    return gap >= leastGap ? gap : undefined
  }
}
