/** What all lines have booked, and which numbers of paths are free. @module */
import { bookingsOf } from './booking.ts'
import { holdersOf, type Laid } from './laid.ts'
import { hasEnded, type Line } from './line.ts'
import { maxNumber } from './locator.ts'
import type { Booking } from './network.ts'
import type { Path } from './path.ts'

/**
 * Of each link only one at a time, the largest: while it moves, a line goes over one path. What was released is booked until
 * its routers have let go of it.
 */
export function bookingsOfLine(line: Line, now: number): readonly Booking[] {
  const { order, path, laid } = line
  const { id, bitsPerSecond, start, end } = order
  const wished = hasEnded(line) ? [] : bookingsOf(path, { line: id, bitsPerSecond, from: start, until: end })
  return [...wished, ...laid.flatMap((one) => heldBookings(one, line, now))].reduce<Booking[]>(merged, [])
}

function heldBookings(laid: Laid, { order }: Line, now: number): readonly Booking[] {
  const holders = holdersOf(laid)
  if (holders.length === 0) return []
  const leased = Math.max(...[...laid.holds, ...laid.steers].map(({ until }) => until))
  // What is held past its end is so now, too.
  const until = laid.isWanted ? Math.max(laid.leasedFor, now + 1) : leased
  const wish = { line: order.id, bitsPerSecond: laid.bitsPerSecond, from: Math.min(laid.since, order.start), until }
  return bookingsOf(heldPart(laid.path, holders), wish)
}

/** The hops at which someone holds. */
const heldPart = (path: Path, holders: readonly string[]): Path => ({
  ...path,
  hops: path.hops.filter(({ from, to }) => holders.includes(from) || holders.includes(to)),
})

/** Together with one of the same link, if there is one: the larger rate for all of both times. */
function merged(known: Booking[], next: Booking): Booking[] {
  const at = known.findIndex(({ link, direction }) => link === next.link && direction === next.direction)
  if (at < 0) return [...known, next]
  const one = known[at]!
  return known.with(at, {
    ...one,
    bitsPerSecond: Math.max(one.bitsPerSecond, next.bitsPerSecond),
    from: Math.min(one.from, next.from),
    until: Math.max(one.until, next.until),
  })
}

/** Of a path, 1..65,535: the lowest that no line has, or had lately; undefined where there is none. */
export function freeNumber(lines: Iterable<Line>): number | undefined {
  const taken = new Set<number>()
  for (const { laid } of lines) for (const { number } of laid) taken.add(number)
  for (let number = 1; number <= maxNumber; number++) if (!taken.has(number)) return number
  return undefined
}
