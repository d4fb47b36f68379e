/** What some lines have among themselves, within what all lines have: so one kind never takes the room of another. @module */
import type { Booking } from './network.ts'

export interface Quota {
  /** Whose lines, for people: `agents`. */
  readonly of: string
  /** Part of each link that these lines may take together, 0..1; ports of sites have no part of their own. */
  readonly share: number
  /** Of these lines; they are among all bookings, too. */
  readonly bookings: readonly Booking[]
}
