/** Evaluates a reader's stream: parts lost and repeated, and the longest gap around each incident. @module */
import type { Reading } from '../a2a/reading.ts'
import type { Incident } from './schedule.ts'

/** When something happened, milliseconds since 1970. */
export interface IncidentTime {
  readonly what: Incident
  /** When it was requested: an agent that is notified of its move acts from here on. */
  readonly began: number
  /** When it was done: the old network was left, the side-car had ended. Seconds later on a machine that is busy. */
  readonly done: number
}

/** `count` of gaps; the others in milliseconds. */
export interface Gaps {
  readonly count: number
  readonly p50: number
  /** Null of fewer than 20, where it would be the largest. */
  readonly p95: number | null
  readonly max: number
}

export interface Outcome {
  /** Parts that did not arrive as events. */
  readonly lost: number
  /** Of them, how many the task still had when the reader subscribed again. */
  readonly inSnapshots: number
  /** Parts that arrived more than once. */
  readonly duplicated: number
  /** How often the reader's connection broke, stalled or ended too early. */
  readonly broken: number
  /**
   * The longest time without a new part from the beginning of each incident to the next one's, which cuts a gap that goes
   * on: the rest is the next one's. Snapshots count as parts: the program has what they hold.
   */
  readonly gaps: Readonly<Record<Incident, Gaps | null>>
  /** The same of each incident by itself, in their order. */
  readonly gapOfEach: readonly number[]
  /**
   * The longest time between two parts in the times when nothing happens: before the first incident, and from
   * `settleMilliseconds` after each was done to the next. What is there without any; `null` when nothing came in them.
   */
  readonly gapWithout: Gaps | null
}

/** Milliseconds after which an incident has ended for a stream that survives it. */
const settleMilliseconds = 2000

/**
 * `sent` parts, numbered from 0; `readings` and `incidents` in the order in which they happened. The last reading, `over`,
 * is the end: without a part after an incident its gap lasts until then.
 */
export function evaluate(readings: readonly Reading[], incidents: readonly IncidentTime[], sent: number): Outcome {
  const asEvents = new Set<number>()
  const asSnapshot = new Set<number>()
  const fresh: number[] = []
  let duplicated = 0
  for (const reading of readings) {
    if (reading.type === 'part') {
      if (asEvents.has(reading.part)) duplicated++
      else if (!asSnapshot.has(reading.part)) fresh.push(reading.at)
      asEvents.add(reading.part)
    } else if (reading.type === 'snapshot') {
      const news = reading.parts.filter((part) => !asEvents.has(part) && !asSnapshot.has(part))
      if (news.length > 0) fresh.push(reading.at)
      for (const part of reading.parts) asSnapshot.add(part)
    }
  }
  const missing = Array.from({ length: sent }, (_, part) => part).filter((part) => !asEvents.has(part))
  const end = readings.at(-1)?.at ?? 0
  const gapOfEach = incidents.map(({ began }, at) => longestGap(fresh, began, incidents[at + 1]?.began ?? end))
  const gapsOf = (wanted: Incident): Gaps | null => {
    const gaps = gapOfEach.filter((_, at) => incidents[at]!.what === wanted)
    return gaps.length === 0 ? null : summary(gaps)
  }
  const quiet = [{ done: (fresh[0] ?? 0) - settleMilliseconds }, ...incidents].flatMap(({ done }, at) => {
    const to = incidents[at]?.began ?? end
    const inside = fresh.filter((time) => time >= done + settleMilliseconds && time <= to)
    return inside.length < 2 ? [] : [longestGap(inside, inside[0]!, inside.at(-1)!)]
  })
  return {
    lost: missing.length,
    inSnapshots: missing.filter((part) => asSnapshot.has(part)).length,
    duplicated,
    broken: readings.filter(({ type }) => type === 'broken').length,
    gaps: { planned: gapsOf('planned'), sudden: gapsOf('sudden'), killed: gapsOf('killed') },
    gapOfEach: gapOfEach.map(rounded),
    gapWithout: quiet.length === 0 ? null : summary(quiet),
  }
}

/** The longest time between two arrivals of which the later one lies within `from`..`to`, or from the last one to `to`. */
function longestGap(arrivals: readonly number[], from: number, to: number): number {
  let longest = 0
  let before = from
  for (const at of arrivals) {
    if (at > to) break
    if (at >= from) longest = Math.max(longest, at - before)
    before = at
  }
  return Math.max(longest, to - Math.max(before, from))
}

/** Gaps of which 95 in a hundred can be told from all. */
const enoughForP95 = 20

export function summary(gaps: readonly number[]): Gaps {
  const sorted = gaps.toSorted((a, b) => a - b)
  const quantile = (share: number): number => rounded(sorted[Math.ceil(sorted.length * share) - 1]!)
  return {
    count: gaps.length,
    p50: quantile(0.5),
    p95: gaps.length < enoughForP95 ? null : quantile(0.95),
    max: quantile(1),
  }
}

const rounded = (milliseconds: number): number => Math.round(milliseconds * 10) / 10
