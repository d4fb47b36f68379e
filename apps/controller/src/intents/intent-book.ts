/**
 * The newest set of intents of each owner. Nothing goes back: a set that is older than the one known, or forks its owner's
 * history, is refused, also when the one known has expired. Who may publish here is not its matter.
 * @module
 */
import type { AgentId, IdentityCrypto, Refused } from '@vagus/identity'
import { acceptIntents, type IntentSet, verifyIntents, verifyIntentsWhenIssued } from '@vagus/intent'

/** Owners whose sets are kept, 60 kB each: another owner's is refused until the operator begins with a new state. */
const maxOwners = 16

export interface IntentKeeper {
  load(): readonly string[]
  /** @throws when the disk does not take it */
  keep(owner: AgentId, jws: string): void
}

/** `before`: the one that was known. */
export type IntentPublication =
  | { readonly type: 'added' | 'renewed'; readonly set: IntentSet; readonly before: IntentSet | undefined }
  | { readonly type: 'unchanged'; readonly set: IntentSet }
  | { readonly type: 'full' }
  | Refused

export class IntentBook {
  readonly #sets = new Map<AgentId, IntentSet>()
  readonly #keeper: IntentKeeper
  readonly #crypto: IdentityCrypto

  constructor(keeper: IntentKeeper, crypto: IdentityCrypto) {
    this.#keeper = keeper
    this.#crypto = crypto
    for (const jws of keeper.load()) {
      // What the clock says now forgets none: an older set could take its place.
      const read = verifyIntentsWhenIssued(jws, crypto)
      if (read.type === 'verified') this.#sets.set(read.set.owner, read.set)
    }
  }

  /** Also one that has expired. */
  newest(owner: AgentId): IntentSet | undefined {
    return this.#sets.get(owner)
  }

  /**
   * Refused unless `owner` signed it, it holds at `now` (milliseconds since 1970), and it follows the one known. First of all
   * on the disk: what the keeper throws leaves the book as it was.
   */
  publish(owner: AgentId, jws: string, now: number): IntentPublication {
    const before = this.#sets.get(owner)
    if (before?.jws === jws && now < before.expiresAt) return { type: 'unchanged', set: before }
    const read = verifyIntents(jws, now, this.#crypto)
    if (read.type === 'refused') return read
    const { set } = read
    if (set.owner !== owner) {
      const problem = `the intents are of ${set.owner}, not of ${owner}`
      return { type: 'refused', because: { code: 'chain', problem } }
    }
    const accepted = acceptIntents(before, set)
    if (accepted.type === 'refused') return accepted
    if (accepted.type === 'unchanged') return { type: 'unchanged', set: accepted.set }
    if (before === undefined && this.#sets.size >= maxOwners) return { type: 'full' }
    this.#keeper.keep(owner, jws)
    this.#sets.set(owner, set)
    return { type: before === undefined ? 'added' : 'renewed', set, before }
  }
}
