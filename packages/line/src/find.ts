/** Answers a line that looks for a path. @module */
import { Calendar } from './calendar.ts'
import type { LaidPlan } from './laid.ts'
import type { Find, LineEvent } from './line.ts'
import type { Booking, LineNetwork } from './network.ts'
import { partsOf } from './parts.ts'
import { quote } from './quote.ts'
import { Survey } from './survey.ts'

export interface FindView {
  readonly network: LineNetwork
  /** Of all lines. */
  readonly bookings: readonly Booking[]
  /** As of `freeNumber`. */
  readonly number: number | undefined
  readonly plans: LaidPlan['plans']
}

/** For `stepLine`, before anything else is booked. */
export function answerFind({ line, wish, keep, insteadOf }: Find, view: FindView): LineEvent {
  const { network, bookings, number, plans } = view
  if (keep !== undefined && new Survey(wish, network, new Calendar(bookings, line)).isOpen(keep))
    return { type: 'kept' }
  const found = quote(wish, network, bookings, line)
  if (found.type === 'refused') return { type: 'none', because: found.because }
  if (number === undefined) return { type: 'none', because: 'all numbers of paths are in use' }
  const { path } = found
  const { bitsPerSecond } = wish
  const laying = { number, bitsPerSecond, ...(insteadOf === undefined ? {} : { insteadOf }) }
  return { type: 'found', plan: { number, path, bitsPerSecond, parts: partsOf(path, network, laying), plans } }
}
