/** What would be possible in place of what was asked for. @module */
import type { Calendar } from './calendar.ts'
import type { LineNetwork } from './network.ts'
import type { LineWish } from './wish.ts'
import { Survey } from './survey.ts'

export type Alternative =
  | { readonly type: 'rate'; readonly bitsPerSecond: number }
  | { readonly type: 'start'; readonly start: number }
  | { readonly type: 'delay'; readonly maxDelayMs: number }
  /** The same line without a second path. */
  | { readonly type: 'unprotected' }

/** Times at which a line could start later that are tried, the soonest; after these none is found. */
const maxStarts = 64

interface Weighed {
  readonly alternative: Alternative
  /** How far off it is: the part of the rate that is missing, and of its time or delay that is added. */
  readonly distance: number
}

/** The nearest; the rate comes before the start, and that before the delay, where they are as near. */
export function alternativeTo(wish: LineWish, network: LineNetwork, calendar: Calendar): Alternative | undefined {
  const all = [
    lowerRate(wish, network, calendar),
    laterStart(wish, network, calendar),
    longerDelay(wish, network, calendar),
  ]
  return all
    .filter((one) => one !== undefined)
    .reduce<Weighed | undefined>(
      (best, one) => (best === undefined || one.distance < best.distance ? one : best),
      undefined,
    )?.alternative
}

function lowerRate(wish: LineWish, network: LineNetwork, calendar: Calendar): Weighed | undefined {
  const rate = new Survey(wish, network, calendar).mostRate()
  if (rate <= 0 || rate >= wish.bitsPerSecond) return undefined
  return { alternative: { type: 'rate', bitsPerSecond: rate }, distance: 1 - rate / wish.bitsPerSecond }
}

/** Room begins only where something ends. */
function laterStart(wish: LineWish, network: LineNetwork, calendar: Calendar): Weighed | undefined {
  if (new Survey(wish, network, calendar.emptied).best() === undefined) return undefined // not even where nothing is booked
  const lasts = wish.end - wish.start
  const start = calendar
    .endsAfter(wish.start)
    .slice(0, maxStarts)
    .find((at) => new Survey({ ...wish, start: at, end: at + lasts }, network, calendar).best() !== undefined)
  if (start === undefined) return undefined
  return { alternative: { type: 'start', start }, distance: (start - wish.start) / lasts }
}

function longerDelay(wish: LineWish, network: LineNetwork, calendar: Calendar): Weighed | undefined {
  const { maxDelayMs, ...rest } = wish
  if (maxDelayMs === undefined) return undefined
  const delay = new Survey(rest, network, calendar).leastDelayMs()
  if (delay === Infinity || delay <= maxDelayMs) return undefined
  return { alternative: { type: 'delay', maxDelayMs: delay }, distance: delay / maxDelayMs - 1 }
}
