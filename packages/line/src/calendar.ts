/** What is booked on each link and when. @module */
import type { Booking, Direction } from './network.ts'

export class Calendar {
  readonly #byLink = new Map<string, Booking[]>()

  /**
   * Those of the line `own` do not count: what it needs anew, it has already. A line has one booking of a link and direction
   * at a time.
   */
  constructor(bookings: readonly Booking[], own?: string) {
    for (const booking of bookings) {
      if (booking.line === own) continue
      const known = this.#byLink.get(booking.link)
      if (known === undefined) this.#byLink.set(booking.link, [booking])
      else known.push(booking)
    }
  }

  /** The most that is kept free at once for others in a time, from `from` (within) until `until` (without). */
  peak(link: string, direction: Direction, from: number, until: number): number {
    const there = (this.#byLink.get(link) ?? []).filter(
      (one) => one.direction === direction && one.from < until && one.until > from,
    )
    // A sum is the largest where one begins.
    const sumAt = (at: number): number =>
      there.reduce((sum, one) => (one.from <= at && at < one.until ? sum + one.bitsPerSecond : sum), 0)
    return there.reduce((most, one) => Math.max(most, sumAt(Math.max(one.from, from))), 0)
  }

  /** The times after `from` when something ends, in order. */
  endsAfter(from: number): readonly number[] {
    const ends = new Set<number>()
    for (const bookings of this.#byLink.values()) for (const { until } of bookings) if (until > from) ends.add(until)
    return [...ends].sort((one, other) => one - other)
  }
}
