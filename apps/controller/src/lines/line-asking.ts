/** Lines that agents ask for beyond their bounds: they wait for the operator, and no room is kept for them. @module */
import { type Actor, actorText } from '@vagus/api/actor'
import { ProblemError, problemOf } from '../http/problem.ts'
import type { KeptLine } from './line-book.ts'

/** How long one waits for the operator, milliseconds. */
export const askedMs = 3_600_000
/** That wait at once. A person reads them all, so there are few; one more is refused. */
export const maxAsked = { ofAll: 16, ofOne: 2 } as const

/** Why its time is over; undefined: it is not. @param now milliseconds since 1970 */
export function overBecause({ state, since, wish }: KeptLine, now: number): string | undefined {
  if (wish.end <= now) return 'its time was over'
  return state === 'asked' && since + askedMs <= now ? 'nobody approved it within an hour' : undefined
}

/** @param open all that are not over @throws {ProblemError} 409 */
export function refuseTooMany(open: readonly KeptLine[], by: Actor): void {
  const asked = open.filter(({ state }) => state === 'asked')
  const own = asked.filter((line) => line.by.id === by.id)
  if (own.length < maxAsked.ofOne && asked.length < maxAsked.ofAll) return
  const ids = (own.length < maxAsked.ofOne ? asked : own).map(({ id }) => id).join(', ')
  const who = own.length < maxAsked.ofOne ? 'agents have' : `${actorText(by)} has`
  throw new ProblemError(problemOf(409, `${who} as many lines waiting for the operator as may wait: ${ids}`))
}

/** @throws {ProblemError} 409 */
export function refuseAsked({ id, state }: KeptLine): void {
  if (state === 'asked')
    throw new ProblemError(problemOf(409, `${id} waits for the operator; release it, and ask for another`))
}
