/** What a line over a path keeps free. @module */
import type { Attachment, Booking } from './network.ts'
import type { Path } from './path.ts'
import { wireRate } from './rate.ts'

/** Name under which the port of a site is booked: as the rate that the site sees, up to all of its capacity. */
export const portOf = ({ node, interface: port }: Pick<Attachment, 'node' | 'interface'>): string => `${node}/${port}`

export interface BookingWish {
  readonly line: string
  /** As ordered. */
  readonly bitsPerSecond: number
  readonly from: number
  readonly until: number
}

/** Both directions of each link of the path, and of the ports at its ends. */
export function bookingsOf({ a, z, hops }: Path, wish: BookingWish): readonly Booking[] {
  const both = (link: string, bitsPerSecond: number): readonly Booking[] =>
    (['a-z', 'z-a'] as const).map((direction) => ({
      line: wish.line,
      link,
      direction,
      bitsPerSecond,
      from: wish.from,
      until: wish.until,
    }))
  const port = wish.bitsPerSecond
  return [...both(portOf(a), port), ...hops.flatMap(({ link }) => both(link, wireRate(port))), ...both(portOf(z), port)]
}
