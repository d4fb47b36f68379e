/** Agents by what they claim: the port that each source implements, and the answer of several sources. @module */
import { type AgentId, type Identity, relationOf } from '@vagus/identity'
import type { Claim } from './claim.ts'

/** Of one source; what it leaves out it says in `gaps`. A side-car tries one after the other, so more are of no use. */
export const maxClaimants = 32

/** An agent whose verified document has the claim. */
export interface Claimant {
  /** By which the source knows it. */
  readonly name: string
  readonly identity: Identity
  /** As the source has heard; `unknown` where it hears nothing of agents. */
  readonly state: 'reachable' | 'silent' | 'away' | 'unknown'
}

export interface ClaimAnswer {
  /** In no order of preference, each agent once. */
  readonly claimants: readonly Claimant[]
  /** What the answer may lack, and why: lines for people. */
  readonly gaps: readonly string[]
  /** Claims that agents of the source do have and that are written much like the one that none has, at most one each. */
  readonly near: readonly string[]
}

export interface SearchOptions {
  readonly signal: AbortSignal
  /** Only these are of use; a source that leaves out agents leaves out others first. */
  readonly among?: Among
}

/** The active members of a fleet. */
export interface Among {
  readonly owner: AgentId
  has(id: AgentId): boolean
}

export interface Directory {
  /** Every document in the answer is verified. A rejection is an outage. */
  search(claim: Claim, options: SearchOptions): Promise<ClaimAnswer>
}

/** What all sources answer together. Never rejects: the outage of one is a gap. */
export async function searchAll(
  sources: readonly Directory[],
  claim: Claim,
  options: SearchOptions,
): Promise<ClaimAnswer> {
  const answers = await Promise.all(
    sources.map((source) =>
      source
        .search(claim, options)
        .catch((error: Error): ClaimAnswer => ({ claimants: [], gaps: [error.message], near: [] })),
    ),
  )
  const claimants = newestOfEach(answers.flatMap((answer) => answer.claimants))
  return {
    claimants,
    gaps: answers.flatMap(({ gaps }) => gaps),
    near: claimants.length > 0 ? [] : [...new Set(answers.flatMap(({ near }) => near))],
  }
}

/** Each agent once, with its newest document, by the name and state of the first source that knows its state. */
export function newestOfEach(claimants: readonly Claimant[]): readonly Claimant[] {
  const byId = new Map<AgentId, Claimant>()
  for (const claimant of claimants) {
    const { identity, state } = claimant
    const before = byId.get(identity.id)
    if (before === undefined) {
      byId.set(identity.id, claimant)
      continue
    }
    const isNewer = relationOf(before.identity, identity) === 'newer'
    byId.set(identity.id, {
      name: before.name,
      identity: isNewer ? identity : before.identity,
      state: before.state === 'unknown' ? state : before.state,
    })
  }
  return [...byId.values()]
}
