/**
 * Documents that were verified, by the names that their agents go by. Of each agent the newest is kept, and an older one,
 * or another history, is refused from then on; one that has expired answers no more.
 * @module
 */
import {
  type Acceptance,
  acceptDocument,
  type AgentId,
  agentNameOf,
  clockSkewSeconds,
  type CompactJws,
  type Identity,
  verifyWhenIssued,
} from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'

/** Some 6 KiB each, 64 KiB at most. At the limit the agent whose document was taken longest ago is forgotten. */
const mostAgents = 10_000
/** Texts that were judged already, so that the same file is not verified at each look-up. */
const maxJudged = 20_000

/** The agent of a document, or why it is not believed. `ended`: whose it was, where only its time is over. */
export type Taken = { readonly identity: Identity } | Problem
interface Problem {
  readonly problem: string
  readonly ended?: Identity
}

export class Documents {
  readonly #maxAgents: number
  readonly #agents = new Map<AgentId, Identity>()
  readonly #judged = new Map<CompactJws, { readonly id: AgentId } | Problem>()

  constructor(maxAgents = mostAgents) {
    this.#maxAgents = maxAgents
  }

  /** @param now milliseconds since 1970 */
  take(document: CompactJws, now: number): Taken {
    const known = this.#known(document, now)
    if (known !== undefined) return known
    const read = verifyWhenIssued(document, identityCrypto)
    const taken = read.type === 'refused' ? read : this.#goesOn(read.identity)
    if (this.#judged.size >= maxJudged) this.#judged.clear()
    if (taken.type === 'refused') return this.#judge(document, { problem: taken.because.problem })
    const { identity } = taken
    if (now >= identity.expiresAt) return this.#judge(document, endedOf(identity))
    // One that begins later, by a clock that is ahead, may be believed then.
    if (now + clockSkewSeconds * 1000 < identity.issuedAt)
      return { problem: `it begins at ${dateOf(identity.issuedAt)}; clocks may differ by ${clockSkewSeconds} s` }
    this.#judged.set(document, { id: identity.id })
    this.#agents.delete(identity.id)
    this.#agents.set(identity.id, identity)
    if (this.#agents.size > this.#maxAgents) this.#agents.delete(this.#agents.keys().next().value!)
    return { identity }
  }

  /** `undefined`: it was not judged, its agent was forgotten, or it had ended by a clock that was ahead. */
  #known(document: CompactJws, now: number): Taken | undefined {
    const judged = this.#judged.get(document)
    if (judged === undefined) return undefined
    if ('problem' in judged) return judged.ended === undefined || now >= judged.ended.expiresAt ? judged : undefined
    const newest = this.#agents.get(judged.id)
    if (newest === undefined) return undefined
    return now < newest.expiresAt ? { identity: newest } : endedOf(newest)
  }

  #judge(document: CompactJws, problem: Problem): Problem {
    this.#judged.set(document, problem)
    return problem
  }

  /** Refused where it goes back from what is known of its agent, whatever the time is. */
  #goesOn(identity: Identity): Acceptance {
    const known = this.#agents.get(identity.id)
    if (known === undefined) return { type: 'accepted', identity }
    return acceptDocument(known, identity.document, identity.issuedAt, identityCrypto)
  }
}

const dateOf = (time: number): string => new Date(time).toISOString()

const endedOf = (ended: Identity): Problem => ({ problem: `it expired at ${dateOf(ended.expiresAt)}`, ended })

/** Whether an agent goes by `name`: its id, the name that its document claims, or another alias. */
export function goesBy(identity: Identity, name: string): boolean {
  return identity.id === name || agentNameOf(identity) === name || identity.alsoKnownAs.includes(name)
}
