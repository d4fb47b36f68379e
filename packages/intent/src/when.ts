/** When an intent holds: the moment, the end of its window, the next change. All in milliseconds since 1970. @module */
import type { When } from './intent.ts'
import { commonOf, endOfSpan, firstIn, isIn, spansOf } from './week.ts'

export const isActive = ({ from = -Infinity, until = Infinity, weekly }: When, now: number): boolean =>
  now >= from && now < until && (weekly === undefined || isIn(spansOf(weekly), now))

/** When it ends that it holds now; `undefined`: never, or it does not. */
export function windowEnd(when: When, now: number): number | undefined {
  if (!isActive(when, now)) return undefined
  const { until = Infinity, weekly } = when
  const end = Math.min(until, (weekly && endOfSpan(spansOf(weekly), now)) ?? Infinity)
  return end === Infinity ? undefined : end
}

/** When after `now` it begins or ends next to hold; `undefined`: never again. */
export function nextChange(when: When, now: number): number | undefined {
  if (isActive(when, now)) return windowEnd(when, now)
  const begin = firstActive(when, now)
  return begin !== undefined && begin > now ? begin : undefined
}

function firstActive({ from = -Infinity, until = Infinity, weekly }: When, now: number): number | undefined {
  const earliest = Math.max(now, from)
  const begin = weekly === undefined ? earliest : firstIn(spansOf(weekly), earliest)
  return begin !== undefined && begin < until ? begin : undefined
}

/** When both hold for the first time, not before `now`; `undefined`: never. */
export function firstTogether(one: When, other: When, now: number): number | undefined {
  const lists = [one.weekly, other.weekly].flatMap((weekly) => (weekly === undefined ? [] : [spansOf(weekly)]))
  const [some, others = some] = lists
  const begin = Math.max(now, one.from ?? -Infinity, other.from ?? -Infinity)
  const at = some === undefined || others === undefined ? begin : firstIn(commonOf(some, others), begin)
  return at !== undefined && at < Math.min(one.until ?? Infinity, other.until ?? Infinity) ? at : undefined
}
