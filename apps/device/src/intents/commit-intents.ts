/** What intents say to a commit of an AI agent. @module */
import type { Actor } from '@vagus/api/actor'
import { intentForbids, linesNotAllowed } from '@vagus/api/problem-types'
import type { IntentRefusal } from '@vagus/intent'
import { type Allowed, type Edit, editText, type Refused, refusedOf } from '@vagus/southbound'
import { type ControlAnswer, problem } from '../control-server.ts'
import type { IntentDesk } from './intent-desk.ts'

/** Lines that no list of an intent has. They are looked at as those of the device's own operator. */
function listed(
  edits: readonly Edit[],
  allowed: Allowed,
  desk: IntentDesk,
): readonly { readonly refusal: IntentRefusal; readonly refused: readonly Refused[] }[] {
  return desk.commitPatterns().flatMap(({ patterns, refusal }) => {
    const refused = refusedOf(edits, { ...allowed, patterns })
    return refused.length === 0
      ? []
      : [{ refusal, refused: refused.map(({ line }) => ({ line, problem: refusal.problem })) }]
  })
}

/** Every line that would be refused now, for a plan. It begins nothing, so that nothing is recorded. */
export function intentRefused(
  edits: readonly Edit[],
  allowed: Allowed,
  desk: IntentDesk | undefined,
): readonly Refused[] {
  if (desk === undefined) return []
  const frozen = desk.commitProblem()
  if (frozen !== undefined) return edits.map((edit) => ({ line: editText(edit), problem: frozen.problem }))
  return listed(edits, allowed, desk).flatMap(({ refused }) => refused)
}

/** Why a commit does not begin now; `undefined`: no intent stands against it. */
export function forbidden(
  edits: readonly Edit[],
  allowed: Allowed,
  by: Actor,
  desk: IntentDesk | undefined,
): ControlAnswer | undefined {
  const frozen = desk?.commitRefusal(by)
  if (frozen !== undefined) return forbids(frozen)
  const [first] = desk === undefined ? [] : listed(edits, allowed, desk)
  const line = first?.refused[0]?.line
  if (first === undefined || line === undefined) return undefined
  desk?.refused(first.refusal, `a commit with "${line}"`, by)
  const { refused, refusal } = first
  return problem(403, `"${line}": ${refusal.problem}`, { type: linesNotAllowed, refused })
}

/** As an answer of the control socket. */
export const forbids = ({ intent, until, problem: words }: IntentRefusal): ControlAnswer =>
  problem(403, words, {
    type: intentForbids,
    intent,
    until: until === undefined ? null : new Date(until).toISOString(),
  })
