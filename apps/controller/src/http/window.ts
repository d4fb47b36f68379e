/** Windows of time as they stand in a query. @module */
import { parseDuration } from '@vagus/api/duration'
import { ProblemError, problemOf } from './problem.ts'

/** The longest that anything is kept: five years, and some. */
const maxWindow = 2000 * 86_400_000

/** Milliseconds of `last`. @throws {ProblemError} when it is nothing, or longer than anything is kept */
export function windowOf(last: string): number {
  const milliseconds = parseDuration(last)
  if (milliseconds < 1000 || milliseconds > maxWindow) throw refuse('last', `must be 1s..2000d, got ${last}`)
  return milliseconds
}

/** `last`, or `from` with `to`, of which `now` is the latest; `usual` milliseconds without any. @throws {ProblemError} */
export function windowBetween(
  query: { readonly last?: string | undefined; readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
  usual = 300_000,
): { readonly milliseconds: number; readonly to: number | undefined } {
  const { last, from, to } = query
  if (last !== undefined && (from !== undefined || to !== undefined)) {
    throw refuse('last', 'cannot be combined with from and to')
  }
  if (from === undefined) {
    if (to !== undefined) throw refuse('to', 'needs from as well')
    return { milliseconds: last === undefined ? usual : windowOf(last), to: undefined }
  }
  const start = Date.parse(from)
  if (start < 0) throw refuse('from', `must be 1970 or later, got ${from}`)
  // The future is unknown.
  const end = to === undefined ? now : Math.min(Date.parse(to), now)
  if (start >= end) throw refuse('from', `must be before to, or now (${new Date(end).toISOString()}), got ${from}`)
  return { milliseconds: end - start, to: end }
}

const refuse = (parameter: string, problem: string): ProblemError =>
  new ProblemError(problemOf(400, `${parameter}: ${problem}`, [{ parameter, problem }]))
