/** When an intent holds: the moment, the end of its window, the next change. All in milliseconds since 1970. @module */
import type { WeeklyWindow, When } from './intent.ts'

const minuteMs = 60_000
const dayMinutes = 1440
const weekMinutes = 7 * dayMinutes
const weekMs = weekMinutes * minuteMs
/** From the Monday before 1970 on, which began with a Thursday. */
const mondayMs = 3 * dayMinutes * minuteMs

interface Span {
  readonly start: number
  readonly end: number
}

export const isActive = ({ from = -Infinity, until = Infinity, weekly }: When, now: number): boolean =>
  now >= from && now < until && (weekly === undefined || spanAt(weekly, now) !== undefined)

/** When it ends that it holds now; `undefined`: never, or it does not. */
export function windowEnd(when: When, now: number): number | undefined {
  if (!isActive(when, now)) return undefined
  const { until = Infinity, weekly } = when
  let end = weekly === undefined ? Infinity : now
  // Windows that touch are one. More than a week of them has no end.
  for (let span = weekly && spanAt(weekly, end); span !== undefined; span = spanAt(weekly!, end)) {
    end = span.end
    if (end - now >= weekMs) end = Infinity
    if (end === Infinity) break
  }
  const first = Math.min(end, until)
  return first === Infinity ? undefined : first
}

/** When after `now` it begins or ends next to hold; `undefined`: never again. */
export function nextChange(when: When, now: number): number | undefined {
  if (isActive(when, now)) return windowEnd(when, now)
  const { from = -Infinity, until = Infinity, weekly } = when
  const earliest = Math.max(now, from)
  const begin = weekly === undefined || spanAt(weekly, earliest) !== undefined ? earliest : nextStart(weekly, earliest)
  return begin > now && begin < until ? begin : undefined
}

/** The window that `at` is in: of several, the one that ends last. */
function spanAt(weekly: readonly WeeklyWindow[], at: number): Span | undefined {
  let last: Span | undefined
  for (const span of spansAround(weekly, at))
    if (span.start <= at && at < span.end && span.end > (last?.end ?? -Infinity)) last = span
  return last
}

const nextStart = (weekly: readonly WeeklyWindow[], at: number): number =>
  spansAround(weekly, at).reduce((next, { start }) => (start > at && start < next ? start : next), Infinity)

/** Those of the week of `at`, of the one before, which may last into it, and of the one after. */
function spansAround(weekly: readonly WeeklyWindow[], at: number): readonly Span[] {
  const week = Math.floor((at + mondayMs) / weekMs) * weekMs - mondayMs
  return [week - weekMs, week, week + weekMs].flatMap((monday) =>
    weekly.flatMap(({ days, from, to }) =>
      days.map((day) => {
        const start = monday + ((day - 1) * dayMinutes + from) * minuteMs
        return { start, end: start + (to > from ? to - from : to - from + dayMinutes) * minuteMs }
      }),
    ),
  )
}
