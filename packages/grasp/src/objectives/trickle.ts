/**
 * When to tell again what neighbours may not know yet: the Trickle timer (RFC 6206 §4.2). Often after a change, seldom while
 * everybody says the same, and not at all where enough others just did.
 * @module
 */

export interface TrickleConfig {
  /** Milliseconds: the shortest and the longest interval. */
  readonly least: number
  readonly most: number
  /** Told by so many others within an interval, we say nothing in it. */
  readonly redundancy: number
}

/** At most a second after a change; at rest every minute, which is the period of floods in RFC 8994 §6.4. */
export const usualTrickle: TrickleConfig = { least: 1000, most: 60_000, redundancy: 3 }

export interface Trickle {
  /** Length of the interval, milliseconds. */
  readonly interval: number
  readonly endsAt: number
  /** When it is our turn in the interval; `undefined`: it was. */
  readonly tellAt: number | undefined
  /** Others that said the same in the interval. */
  readonly heard: number
}

export type TrickleEvent =
  /** Another one said what we would say. */
  | { readonly type: 'consistent' }
  /** Somebody knows less or more, or what we say changed: it begins anew with the shortest interval. */
  | { readonly type: 'inconsistent' }
  | { readonly type: 'tick' }

/** @param random 0..1, below 1: where in the second half of the interval our turn is */
export const startTrickle = ({ least }: TrickleConfig, now: number, random: number): Trickle =>
  intervalOf(least, now, random)

/** The timer after `event`, and whether it is to be told now. */
export function stepTrickle(
  trickle: Trickle,
  event: TrickleEvent,
  config: TrickleConfig,
  now: number,
  random: number,
): { readonly trickle: Trickle; readonly tells: boolean } {
  if (event.type === 'consistent') return { trickle: { ...trickle, heard: trickle.heard + 1 }, tells: false }
  if (event.type === 'inconsistent') {
    // §4.2 step 6: an interval that is the shortest already goes on, so that nobody makes us tell more often.
    if (trickle.interval <= config.least && now < trickle.endsAt) return { trickle, tells: false }
    return { trickle: intervalOf(config.least, now, random), tells: false }
  }
  const isDue = trickle.tellAt !== undefined && now >= trickle.tellAt
  const tells = isDue && trickle.heard < config.redundancy
  if (now >= trickle.endsAt)
    return { trickle: intervalOf(Math.min(trickle.interval * 2, config.most), now, random), tells }
  return { trickle: isDue ? { ...trickle, tellAt: undefined } : trickle, tells }
}

/** When the next `tick` is due, milliseconds. */
export const nextTrickle = ({ tellAt, endsAt }: Trickle): number => Math.min(tellAt ?? Infinity, endsAt)

const intervalOf = (interval: number, now: number, random: number): Trickle => ({
  interval,
  endsAt: now + interval,
  tellAt: now + interval / 2 + (interval / 2) * random,
  heard: 0,
})
