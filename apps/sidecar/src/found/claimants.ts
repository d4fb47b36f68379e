/**
 * Which agents may answer to a claim: those that make it in a verified document, and that a rule of `--find` believes.
 * @module
 */
import type { Lookup } from '@vagus/agent'
import { nearestOf } from '@vagus/api/nearest'
import type { AgentId, Identity } from '@vagus/identity'
import {
  type Claim,
  type Claimant,
  type ClaimAnswer,
  claimsOf,
  claimText,
  type Directory,
  Documents,
  hasClaim,
  searchAll,
} from '@vagus/lookup'
import type { Fleet } from '../roster/fleet.ts'
import { memberHasClaim } from '../roster/member-lookup.ts'
import { type FindPlace, findPlaces, type FindRule, isAbout, isFindPlace } from './find-rule.ts'

/** Milliseconds for which an answer is used again: there is one with each call. */
const freshFor = 2000
const searchWithin = 5000
/** Answers kept, each of one rule to one claim; beyond it all are forgotten. */
const maxAnswers = 1024

export type FindSources = Readonly<Record<FindPlace, readonly Directory[]>>

/** A claimant that may be called, and by which rule. */
export interface Believed extends Claimant {
  readonly rule: string
}

export interface BelievedAnswer {
  readonly claimants: readonly Believed[]
  readonly gaps: readonly string[]
  /** Gaps because a source did not answer at all. */
  readonly outages: readonly string[]
  readonly near: readonly string[]
}

interface Answered extends ClaimAnswer {
  readonly outage: string | undefined
}
interface Kept {
  readonly at: number
  readonly answer: Promise<Answered>
}

export class Claimants {
  readonly #rules: readonly (FindRule & { readonly directory: Directory })[]
  readonly #everywhere: readonly Directory[]
  readonly #fleet: Fleet | undefined
  readonly #answers = new Map<string, Kept>()

  /** @param fleet where there is one, only its active members answer, and roles are those of its roster */
  constructor(rules: readonly FindRule[], sources: FindSources, lookup: Lookup, fleet?: Fleet) {
    this.#fleet = fleet
    this.#everywhere = findPlaces.flatMap((place) => sources[place])
    this.#rules = rules.map((rule) => ({
      ...rule,
      directory: isFindPlace(rule.who) ? together(sources[rule.who]) : this.#oneAgent(rule.who, lookup),
    }))
    fleet?.watch(() => this.#answers.clear()) // others may be members now, with other roles
  }

  /** Whether what `agent` got by the rule of that text may still go there. */
  isBelieved(text: string, claim: Claim, agent: AgentId): boolean {
    const { role } = claim
    const isMember = this.#fleet === undefined || this.#fleet.isActive(agent)
    const hasRole =
      this.#fleet === undefined || role === undefined || this.#fleet.member(agent)?.roles.includes(role) === true
    return isMember && hasRole && this.#rules.some((rule) => rule.text === text && isAbout(rule, claim))
  }

  /** Each agent once. Never rejects. */
  async find(claim: Claim): Promise<BelievedAnswer> {
    const rules = this.#rules.filter((rule) => isAbout(rule, claim))
    const answers = await Promise.all(rules.map((rule) => this.#ask(rule, claim)))
    const byId = new Map<AgentId, Believed>()
    for (const [at, { claimants }] of answers.entries())
      for (const claimant of claimants) {
        const before = byId.get(claimant.identity.id)
        const state = before === undefined || before.state === 'unknown' ? claimant.state : before.state
        byId.set(claimant.identity.id, { rule: rules[at]!.text, ...claimant, ...before, state })
      }
    return {
      claimants: [...byId.values()],
      gaps: answers.flatMap(({ gaps }) => gaps),
      outages: answers.flatMap(({ outage }) => outage ?? []),
      near: [...new Set(answers.flatMap(({ near }) => near))],
    }
  }

  /** Whoever makes the claim at any source, believed or not. */
  async findAnybody(claim: Claim): Promise<readonly Claimant[]> {
    const answer = await this.#fresh(`any ${claimText(claim)}`, () =>
      searchAll(this.#everywhere, claim, { signal: AbortSignal.timeout(searchWithin) }),
    )
    return answer.claimants
  }

  #ask({ text, directory }: FindRule & { readonly directory: Directory }, claim: Claim): Promise<Answered> {
    return this.#fresh(`${text} ${claimText(claim)}`, () =>
      directory.search(claim, { signal: AbortSignal.timeout(searchWithin) }),
    )
  }

  /** The agent of that name or id, if it makes the claim. */
  #oneAgent(who: string, lookup: Lookup): Directory {
    const documents = new Documents()
    return {
      search: async (claim, options) => {
        const found = await lookup.find(who, options)
        const taken = found.map(({ document }) => documents.take(document, Date.now()))
        const agents = taken.flatMap((each) => ('identity' in each ? [each.identity] : []))
        const claimants = agents
          .filter((identity) => this.#hasClaim(identity, claim))
          .map((identity) => ({ name: who, identity, state: 'unknown' as const }))
        const near = claimants.length > 0 ? undefined : nearestOf(claimText(claim), agents.flatMap(claimsOf))
        const gaps = taken.flatMap((each) => ('problem' in each ? [`not believed: ${who}: ${each.problem}`] : []))
        if (found.length === 0) gaps.push(`--find names ${who}, and no such agent is found`)
        else if (agents.length > 0 && claimants.length === 0) gaps.push(`--find names ${who}, which does not claim it`)
        return { claimants, gaps, near: near === undefined ? [] : [near] }
      },
    }
  }

  #hasClaim(identity: Identity, claim: Claim): boolean {
    return this.#fleet === undefined ? hasClaim(identity, claim) : memberHasClaim(this.#fleet, identity, claim)
  }

  /** While a source is out, those that it named last are still found, until their documents expire. */
  #fresh(key: string, search: () => Promise<ClaimAnswer>): Promise<Answered> {
    const now = Date.now()
    const kept = this.#answers.get(key)
    if (kept !== undefined && Math.abs(now - kept.at) < freshFor) return kept.answer
    const answer = search().then(
      (found) => ({ ...found, outage: undefined }),
      async ({ message }: Error): Promise<Answered> => {
        const last = (await kept?.answer)?.claimants ?? []
        const claimants = last.filter(({ identity }) => Date.now() < identity.expiresAt)
        return { claimants, gaps: [message], near: [], outage: message }
      },
    )
    if (this.#answers.size >= maxAnswers) this.#answers.clear()
    this.#answers.set(key, { at: now, answer })
    return answer
  }
}

const together = (sources: readonly Directory[]): Directory => {
  const [only] = sources
  if (sources.length === 1) return only!
  return { search: (claim, options) => searchAll(sources, claim, options) }
}
