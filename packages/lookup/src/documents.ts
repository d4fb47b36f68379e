/**
 * Documents that were verified, by the names that their agents go by. Of each agent the newest is kept, and an older one,
 * or another history, is refused from then on; one that has expired answers no more.
 * @module
 */
import { acceptDocument, type AgentId, type CompactJws, type Identity, verifyDocument } from '@vagus/identity'
import { agentNameOf } from '@vagus/keyring'
import { identityCrypto } from '@vagus/transport'

/** Some 6 KiB each, 64 KiB at most. At the limit the agent whose document was taken longest ago is forgotten. */
const maxAgents = 10_000
/** Texts that were judged already, so that the same file is not verified at each look-up. */
const maxJudged = 20_000

/** The agent of a document, or why it is not believed. */
export type Taken = { readonly identity: Identity } | { readonly problem: string }

export class Documents {
  readonly #agents = new Map<AgentId, Identity>()
  readonly #judged = new Map<CompactJws, { readonly id: AgentId } | { readonly problem: string }>()

  /** @param now milliseconds since 1970 */
  take(document: CompactJws, now: number): Taken {
    const judged = this.#judged.get(document)
    if (judged !== undefined) return 'problem' in judged ? judged : this.#newest(judged.id, now)
    const read = verifyDocument(document, now, identityCrypto)
    const known = read.type === 'verified' ? this.#agents.get(read.identity.id) : undefined
    const taken = known === undefined ? read : acceptDocument(known, document, now, identityCrypto)
    if (this.#judged.size >= maxJudged) this.#judged.clear()
    if (taken.type === 'refused') {
      const { code, problem } = taken.because
      // One that begins later, by a clock that is ahead, may be believed then.
      if (code !== 'not-yet') this.#judged.set(document, { problem })
      return { problem }
    }
    const { identity } = taken
    this.#judged.set(document, { id: identity.id })
    this.#agents.delete(identity.id)
    this.#agents.set(identity.id, identity)
    if (this.#agents.size > maxAgents) this.#agents.delete(this.#agents.keys().next().value!)
    return { identity }
  }

  #newest(id: AgentId, now: number): Taken {
    const identity = this.#agents.get(id)
    if (identity !== undefined && now < identity.expiresAt) return { identity }
    return { problem: `it expired at ${new Date(identity?.expiresAt ?? now).toISOString()}` }
  }
}

/** Whether an agent goes by `name`: its id, the name that its document claims, or another alias. */
export function goesBy(identity: Identity, name: string): boolean {
  return identity.id === name || agentNameOf(identity) === name || identity.alsoKnownAs.includes(name)
}
