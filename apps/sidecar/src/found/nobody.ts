/** Why nobody answers to a skill or role, and what would help. @module */
import { type Claim, type Claimant, claimText } from '@vagus/lookup'
import { ProblemError } from '../wire/problem.ts'
import type { BelievedAnswer } from './claimants.ts'

/** Agents that are named; of more only the number. */
const maxNamed = 3

/** @param others who makes the claim and is not believed */
export function nobodyProblem(
  claim: Claim,
  { gaps, outages, near }: Omit<BelievedAnswer, 'claimants'>,
  others: readonly Claimant[],
): ProblemError {
  const what = claimText(claim)
  if (outages.length > 0)
    return new ProblemError('unreachable', `${what} cannot be looked up everywhere: ${outages.join('; ')}`)
  const reasons = [
    ...near.map((word) => `did you mean ${word}?`),
    ...(others.length === 0 ? [] : [notBelieved(others)]),
    ...gaps,
  ]
  const text = `no agent that may answer claims ${what}`
  return new ProblemError('unknown-agent', reasons.length === 0 ? text : `${text}; ${reasons.join('; ')}`)
}

function notBelieved(others: readonly Claimant[]): string {
  const named = others.slice(0, maxNamed).map(({ name, identity }) => `${name} (${identity.id})`)
  const more = others.length > named.length ? ` and ${others.length - named.length} more` : ''
  const verb = others.length === 1 ? 'claims' : 'claim'
  return `${named.join(', ')}${more} ${verb} it, and --find does not name them: --find ${others[0]!.identity.id}`
}
