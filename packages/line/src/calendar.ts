/** What is booked on each link and when. @module */
import type { Booking, Direction } from './network.ts'
import type { Quota } from './quota.ts'

type Index = { readonly [Way in Direction]: Map<string, Booking[]> }

const indexes = new WeakMap<readonly Booking[], Index>()

/** By link. Made once of a list: the next quote may have the same. */
function indexOf(bookings: readonly Booking[]): Index {
  const known = indexes.get(bookings)
  if (known !== undefined) return known
  const index: Index = { 'a-z': new Map(), 'z-a': new Map() }
  for (const booking of bookings) {
    const way = index[booking.direction]
    const there = way.get(booking.link)
    if (there === undefined) way.set(booking.link, [booking])
    else there.push(booking)
  }
  indexes.set(bookings, index)
  return index
}

export class Calendar {
  readonly #index: Index
  readonly #own: string | undefined
  /** With what it has booked; a line without one may have all that is free. */
  readonly quota: (Omit<Quota, 'bookings'> & { readonly calendar: Calendar }) | undefined

  /**
   * Those of the line `own` do not count: what it needs anew, it has already. A line has one booking of a link and direction
   * at a time.
   */
  constructor(bookings: readonly Booking[], own?: string, quota?: Quota) {
    this.#index = indexOf(bookings)
    this.#own = own
    this.quota = quota && { of: quota.of, share: quota.share, calendar: new Calendar(quota.bookings, own) }
  }

  /** The same with nothing booked. */
  get emptied(): Calendar {
    return new Calendar([], this.#own, this.quota && { ...this.quota, bookings: [] })
  }

  /** The most that is kept free at once for others in a time, from `from` (within) until `until` (without). */
  peak(link: string, direction: Direction, from: number, until: number): number {
    const there = (this.#index[direction].get(link) ?? []).filter(
      (one) => one.from < until && one.until > from && one.line !== this.#own,
    )
    // A sum is the largest where one begins.
    const sumAt = (at: number): number =>
      there.reduce((sum, one) => (one.from <= at && at < one.until ? sum + one.bitsPerSecond : sum), 0)
    return there.reduce((most, one) => Math.max(most, sumAt(Math.max(one.from, from))), 0)
  }

  /** The times after `from` when something ends, in order. */
  endsAfter(from: number): readonly number[] {
    const ends = new Set<number>()
    for (const way of Object.values(this.#index))
      for (const bookings of way.values()) for (const { until } of bookings) if (until > from) ends.add(until)
    return [...ends].sort((one, other) => one - other)
  }
}
