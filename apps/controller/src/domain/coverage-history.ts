/**
 * What flows saw beside what the interface counters saw, minute by minute over the last day: the coverage of answers
 * that come from the store. Counters themselves are kept for some minutes only, and begin anew with the controller.
 * @module
 */

/** Bits per second over the boundary interfaces that have counters. Times in milliseconds since 1970. */
export interface CoverageMinute {
  readonly from: number
  readonly to: number
  readonly flow: number
  readonly counter: number
}

/** A day. Of longer windows less than half is known then, and so their coverage is not. */
const maxMinutes = 1440

export class CoverageHistory {
  readonly #minutes: CoverageMinute[] = []

  add(minute: CoverageMinute): void {
    this.#minutes.push(minute)
    if (this.#minutes.length > maxMinutes) this.#minutes.shift()
  }

  /** flow / counter over what is known of the window; null when that is less than half of it, or the counters saw nothing. */
  share(from: number, to: number): number | null {
    let [known, flow, counter] = [0, 0, 0]
    for (const minute of this.#minutes) {
      const inside = Math.min(minute.to, to) - Math.max(minute.from, from)
      if (inside <= 0) continue
      known += inside
      flow += minute.flow * inside
      counter += minute.counter * inside
    }
    return known < (to - from) / 2 || counter === 0 ? null : flow / counter
  }
}
