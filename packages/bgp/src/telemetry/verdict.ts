/**
 * Whether one direction of a link is congested, from its use over a short window and over a calm one:
 *
 *   begins   with one short window above the threshold: others must know at once
 *   ends     when the calm window has been below for two seconds: it must not flap
 *
 * Traffic in bursts fills any link for a tenth of a second. Where congestion ended that had not lasted two seconds, it was
 * a burst; what begins within a minute after one must have lasted that long before it counts. Pure.
 * @module
 */

/** Milliseconds. */
const lasting = 2000
/** Milliseconds for which a burst is remembered. */
const wary = 60_000

/** Rates in any one unit. */
export interface Use {
  readonly quick: number
  readonly calm: number
  /** From here on the short window begins congestion; 0: not known, so that there is none. */
  readonly threshold: number
  /** Below, the calm window ends it. */
  readonly relief: number
}

export class CongestionVerdict {
  #isCongested = false
  /** Whether this congestion lasted. */
  #isProven = false
  /** The calm window was not below `relief` from the one to the other. */
  #aboveFrom = Infinity
  #aboveAt = -Infinity
  #waryUntil = -Infinity

  /** `now` in milliseconds of a clock that may be set. */
  step({ quick, calm, threshold, relief }: Use, now: number): boolean {
    this.#followClock(now)
    const isAbove = calm >= relief
    this.#aboveFrom = isAbove ? Math.min(this.#aboveFrom, now) : Infinity
    const lasts = now - this.#aboveFrom >= lasting
    const begins = quick >= threshold
    if (threshold <= 0) this.#isCongested = false
    else if (!this.#isCongested && begins && (now >= this.#waryUntil || lasts)) {
      this.#isCongested = true
      this.#isProven = lasts
      this.#aboveAt = now
    } else if (!this.#isCongested) {
      if (begins) this.#waryUntil = now + wary
    } else {
      this.#isProven ||= lasts
      if (isAbove) this.#aboveAt = now
      if (now - this.#aboveAt >= lasting) this.#end(now)
    }
    return this.#isCongested
  }

  #end(now: number): void {
    this.#isCongested = false
    if (!this.#isProven) this.#waryUntil = now + wary
  }

  /** What lies ahead of a clock that was set back has no meaning any more. */
  #followClock(now: number): void {
    if (this.#aboveFrom > now) this.#aboveFrom = Infinity
    this.#aboveAt = Math.min(this.#aboveAt, now)
    this.#waryUntil = Math.min(this.#waryUntil, now + wary)
  }
}
