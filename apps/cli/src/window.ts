/**
 * Window and coverage, which accompany every figure made from flows, as one phrase.
 * @module
 */
import type { Window } from '@vagus/api'
import { coverageState } from '@vagus/api/coverage'
import { durationText, shareText, timeText } from './format.ts'
import { wrapped } from './wrap.ts'

/** `last 1m`, or `1m to 12:41:07Z` when the window ended more than ten seconds before `now`. */
export function windowText({ to, seconds }: Window, now: string): string {
  const length = durationText(seconds)
  return Date.parse(now) - Date.parse(to) <= 10_000 ? `last ${length}` : `${length} to ${timeText(to, now)}`
}

/** `1m to 12:41:07Z` */
export const spanText = ({ to, seconds }: Window): string => `${durationText(seconds)} to ${timeText(to, to)}`

/** What an answer lacks whose window began before `keptSince`; with the date when that is another day than `now`. */
export const keptLine = (keptSince: string, now: string): string =>
  `only from ${timeText(keptSince, now)} on: what came before is no longer kept`

/** `118 % (more than counters saw)`: flows exported twice, too large a sampling rate, or an interface without counters. */
export const coveredText = (coverage: number | null): string =>
  `${shareText(coverage)}${coverageState(coverage) === 'over' ? ' (more than counters saw)' : ''}`

/** The last line of a table: the basis of its figures, wrapped to `columns`. */
export function footText(window: Window, coverage: number | null, more: readonly string[], columns: number): string {
  const covered = coverage === null ? 'coverage unknown' : `coverage ${coveredText(coverage)}`
  return wrapped([...more, spanText(window), covered].join(' · '), columns).join('\n')
}
