/** Since when each listed agent has had its key, as far as it was seen here. @module */
import { type AgentId, encodeBase64url, type Identity } from '@vagus/identity'

/** Octets of a key by which two are told apart: who could make another one with the same could have any agent's name. */
const prefix = 16

export interface KeyAge {
  readonly key: string
  /** Milliseconds since 1970. */
  readonly since: number
}

export class KeyAges {
  /** As many as agents are listed. */
  readonly #ages = new Map<AgentId, KeyAge>()

  /** Whether that is news. @param now milliseconds since 1970 */
  see({ id, keys }: Pick<Identity, 'id' | 'keys'>, now: number): boolean {
    const key = encodeBase64url(keys.ed25519.subarray(0, prefix))
    if (this.#ages.get(id)?.key === key) return false
    this.#ages.set(id, { key, since: now })
    return true
  }

  sinceOf(id: AgentId): number | undefined {
    return this.#ages.get(id)?.since
  }

  of(id: AgentId): KeyAge | undefined {
    return this.#ages.get(id)
  }

  restore(id: AgentId, age: KeyAge): void {
    this.#ages.set(id, age)
  }

  /** Forgets all others. */
  keep(listed: ReadonlySet<AgentId>): void {
    for (const id of this.#ages.keys()) if (!listed.has(id)) this.#ages.delete(id)
  }

  ids(): Iterable<AgentId> {
    return this.#ages.keys()
  }
}
