/**
 * Verified documents, found by any name of their agents. The newest document of each agent is kept; from then on an
 * older one, or one with a different history, is refused. An expired document is no longer returned.
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
import { identityCrypto } from '@vagus/transport/identity-crypto'

/** About 6 KiB each, 64 KiB at most. At the limit, the agent whose document was taken longest ago is forgotten. */
const defaultMaxAgents = 10_000
/** Texts judged already, so that the same file is not verified at each look-up. */
const maxJudged = 20_000

/** The agent of a document, or why it is not believed. `ended` is its agent if the only problem is that it expired. */
export type Taken = { readonly identity: Identity } | Problem
interface Problem {
  readonly problem: string
  readonly ended?: Identity
}

export class Documents {
  readonly #maxAgents: number
  readonly #agents = new Map<AgentId, Identity>()
  readonly #judged = new Map<CompactJws, { readonly id: AgentId } | Problem>()

  constructor(maxAgents = defaultMaxAgents) {
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
    // A document that is not valid yet, because a clock is ahead, may be believed later.
    if (now + clockSkewSeconds * 1000 < identity.issuedAt)
      return { problem: `it is valid from ${dateOf(identity.issuedAt)}; clocks may differ by ${clockSkewSeconds} s` }
    this.#judged.set(document, { id: identity.id })
    this.#agents.delete(identity.id)
    this.#agents.set(identity.id, identity)
    if (this.#agents.size > this.#maxAgents) this.#agents.delete(this.#agents.keys().next().value!)
    return { identity }
  }

  /** The newest that is known of the agent, if it holds at `now`. */
  newest(id: AgentId, now: number): Identity | undefined {
    const known = this.#agents.get(id)
    return known !== undefined && now < known.expiresAt ? known : undefined
  }

  /**
   * `undefined` if the document was not judged yet, if its agent was forgotten, or if a clock that was ahead made it
   * look expired.
   */
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

  /** Refuses a document that is older than what is known of its agent, or has another history, whatever the time is. */
  #goesOn(identity: Identity): Acceptance {
    const known = this.#agents.get(identity.id)
    if (known === undefined) return { type: 'accepted', identity }
    return acceptDocument(known, identity.document, identity.issuedAt, identityCrypto)
  }
}

const dateOf = (time: number): string => new Date(time).toISOString()

const endedOf = (ended: Identity): Problem => ({ problem: `it expired at ${dateOf(ended.expiresAt)}`, ended })

/** Whether an agent has the name `name`: its id, the name that its document claims, or another alias. */
export function goesBy(identity: Identity, name: string): boolean {
  return identity.id === name || agentNameOf(identity) === name || identity.alsoKnownAs.includes(name)
}
