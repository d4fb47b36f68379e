/** Which lines have to go where a link carries less than what is booked on it. @module */
import type { Booking, LineNetwork } from './network.ts'

/** Which link is too full for it. */
export interface Yielding {
  readonly line: string
  readonly link: string
}

/**
 * The youngest yield: each line keeps what it has booked if that fits beside all older ones that stay. A line is named once.
 * `bookings`: the older line's first.
 */
export function yielding(bookings: readonly Booking[], { links, share }: LineNetwork): readonly Yielding[] {
  const limits = new Map(links.map(({ name, bitsPerSecond }) => [name, Math.floor(share * bitsPerSecond)]))
  const staying = new Map<string, Booking[]>()
  const gone: Yielding[] = []
  for (const [line, own] of Map.groupBy(bookings, (one) => one.line)) {
    const full = own.find((one) => peakWith(one, staying.get(one.link) ?? []) > (limits.get(one.link) ?? Infinity))
    if (full !== undefined) gone.push({ line, link: full.link })
    else for (const one of own) staying.set(one.link, [...(staying.get(one.link) ?? []), one])
  }
  return gone
}

/** The most of that booking and the others at once, within its time. */
function peakWith(booking: Booking, others: readonly Booking[]): number {
  const there = others.filter(
    ({ direction, from, until }) => direction === booking.direction && from < booking.until && until > booking.from,
  )
  const starts = [booking.from, ...there.map(({ from }) => Math.max(from, booking.from))]
  const sumAt = (at: number): number =>
    there.reduce(
      (sum, one) => (one.from <= at && at < one.until ? sum + one.bitsPerSecond : sum),
      booking.bitsPerSecond,
    )
  return Math.max(...starts.map(sumAt))
}
