/** Traffic over time from the store, in steps of a width that people know, and how much is known of each. @module */
import type { SeriesQuery, SeriesResult } from '@vagus/store'
import {
  completeToOf,
  knownOf,
  knownWindow,
  recordLagOf,
  type Span,
  stepsEnd,
  storedSpanOf,
  type View,
} from '../domain/view.ts'
import type { RequestedWindow } from '../http/backend.ts'
import { storedCoverage } from './coverage.ts'

/** Steps of an answer, at most: a week has its hours. */
const maxSteps = 168
const widths = [10, 30, 60, 300, 900, 3600, 21_600, 86_400].map((seconds) => seconds * 1000)
/** Shorter steps than rollups have are made from single records: of more time than this, they would be too many. */
const longestOfRecords = 600_000
const finestRollup = 60_000
/** Milliseconds. A rate over less would be chance. */
const leastKnown = 1000

export interface StoredSeries extends Pick<SeriesResult, 'lines' | 'rest' | 'step'> {
  /** Ends where what is known does: the step that runs ends in the future. */
  readonly window: Span
  /**
   * Milliseconds by which the volume of each step becomes its rate. Null where nothing is known: before the state began,
   * where what was there was removed for its age, and of what is still to come.
   */
  readonly known: readonly (number | null)[]
  readonly coverage: number | null
}

export type SeriesView = Pick<
  View,
  'now' | 'since' | 'report' | 'collector' | 'store' | 'config' | 'directory' | 'measurements' | 'coverageHistory'
>

/** @throws {RangeError} on a query that the store cannot answer @throws {StoreError} when it has nothing of the window yet */
export async function storedSeries(
  view: SeriesView,
  asked: RequestedWindow,
  query: Pick<SeriesQuery, 'by' | 'n' | 'filter'>,
): Promise<StoredSeries> {
  const at = Math.min(view.now(), await completeToOf(view))
  const known = { since: view.since, report: view.report, now: () => at }
  const span =
    asked.to === undefined
      ? knownWindow(known, asked.milliseconds)
      : { from: asked.to - asked.milliseconds, to: asked.to }
  const step = stepOf(span.to - span.from)
  const from = Math.floor(span.from / step) * step
  const to = Math.min(Math.ceil(span.to / step) * step, stepsEnd(at, step, recordLagOf(known)))
  if (to <= from) {
    await storedSpanOf(view, asked) // which says so where it is the store that is behind
    const none = { octets: [], packets: [] }
    return { window: { from, to: from }, step, lines: [], rest: none, known: [], coverage: null }
  }
  const answer = await view.store.series({ ...query, from, to, step })
  const window = { from: answer.from, to: Math.min(answer.to, at - recordLagOf(known)) }
  return {
    window,
    step: answer.step,
    lines: answer.lines,
    rest: answer.rest,
    known: answer.rest.octets.map((_, index) => knownOfStep(index)),
    coverage: await storedCoverage(view, window.from, window.to),
  }

  function knownOfStep(index: number): number | null {
    const begin = answer.from + index * answer.step
    if (begin < answer.completeFrom) return null
    // records with times before our own are kept, too
    if (begin + answer.step <= view.since)
      return [...answer.lines, answer.rest].some(({ octets }) => octets[index]! > 0) ? answer.step : null
    const part = knownOf(known, begin, answer.step)
    return part <= 0 ? null : Math.max(leastKnown, part)
  }
}

const stepOf = (length: number): number =>
  widths.find((width) => length / width <= maxSteps && (width >= finestRollup || length <= longestOfRecords)) ??
  widths.at(-1)!

/** Bits per second of each step. */
export const ratesOf = (octets: readonly number[], known: StoredSeries['known']): (number | null)[] =>
  known.map((milliseconds, index) => (milliseconds === null ? null : ((octets[index] ?? 0) * 8000) / milliseconds))
