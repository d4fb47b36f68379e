/**
 * Weekly windows as spans of one week, in UTC: sorted, apart from each other, and made once for each list. A set may have
 * thousands of windows, and is looked at every few seconds.
 * @module
 */
import type { WeeklyWindow } from './intent.ts'

const minuteMs = 60_000
const dayMs = 1440 * minuteMs
const weekMs = 7 * dayMs
/** From the Monday before 1970 on, which began with a Thursday. */
const mondayMs = 3 * dayMs

/** Milliseconds since the beginning of Monday: from `start` up to before `end`, at most a week. */
export interface Span {
  readonly start: number
  readonly end: number
}

const made = new WeakMap<readonly WeeklyWindow[], readonly Span[]>()

/** @param weekly not to be changed afterwards */
export function spansOf(weekly: readonly WeeklyWindow[]): readonly Span[] {
  const known = made.get(weekly)
  if (known !== undefined) return known
  const spans = merged(
    weekly.flatMap(({ days, from, to }) =>
      days.flatMap((day) => {
        const start = (day - 1) * dayMs + from * minuteMs
        const end = start + (to - from) * minuteMs + (to > from ? 0 : dayMs)
        // What lasts from Sunday into Monday is two of them.
        return end <= weekMs
          ? [{ start, end }]
          : [
              { start, end: weekMs },
              { start: 0, end: end - weekMs },
            ]
      }),
    ),
  )
  made.set(weekly, spans)
  return spans
}

function merged(spans: readonly Span[]): readonly Span[] {
  const apart: { start: number; end: number }[] = []
  for (const { start, end } of spans.toSorted((one, other) => one.start - other.start)) {
    const last = apart.at(-1)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else apart.push({ start, end })
  }
  return apart
}

/** What is in both. */
export function commonOf(some: readonly Span[], others: readonly Span[]): readonly Span[] {
  const common: Span[] = []
  let [one, other] = [0, 0]
  while (one < some.length && other < others.length) {
    const [a, b] = [some[one]!, others[other]!]
    const [start, end] = [Math.max(a.start, b.start), Math.min(a.end, b.end)]
    if (start < end) common.push({ start, end })
    if (a.end < b.end) one++
    else other++
  }
  return common
}

const phaseOf = (at: number): number => (((at + mondayMs) % weekMs) + weekMs) % weekMs

export const isIn = (spans: readonly Span[], at: number): boolean => spanAt(spans, phaseOf(at)) !== undefined

/** The first moment that is in one of them, not before `at`; `undefined`: there are none. */
export function firstIn(spans: readonly Span[], at: number): number | undefined {
  const phase = phaseOf(at)
  if (spanAt(spans, phase) !== undefined) return at
  const next = spans.find(({ start }) => start > phase)?.start ?? (spans[0] && spans[0].start + weekMs)
  return next === undefined ? undefined : at + next - phase
}

/** When the span ends that `at` is in; `undefined`: never, as they are the whole week, or it is in none. */
export function endOfSpan(spans: readonly Span[], at: number): number | undefined {
  const phase = phaseOf(at)
  const span = spanAt(spans, phase)
  const [first] = spans
  if (span === undefined || first === undefined) return undefined
  if (span.end < weekMs || first.start > 0) return at + span.end - phase
  return first.end === weekMs ? undefined : at + weekMs + first.end - phase
}

const spanAt = (spans: readonly Span[], phase: number): Span | undefined =>
  spans.find(({ start, end }) => start <= phase && phase < end)
