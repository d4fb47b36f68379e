/** Names to agents, and agents to the ways that lead there. @module */
import { type AgentId, liveLocators, type Locator } from '@vagus/identity'
import { addressesToTry } from './addresses-to-try.ts'
import type { Target } from './dialer.ts'
import { AgentError } from './errors.ts'
import type { Link } from './link.ts'
import { type Lookup, maxFoundDocuments } from './lookup.ts'
import type { OwnSide } from './own-side.ts'

/** Agents whose ways are remembered for the next session; the one found longest ago goes. */
const maxTargets = 4096

/** Where none holds any more, those of before: a document that was copied once says them for good, and a try proves who is there. */
function addressesOf(locators: readonly Locator[], now: number): readonly string[] {
  const live = liveLocators(locators, now).flatMap(({ addresses }) => addresses)
  return live.length > 0 ? live : locators.flatMap(({ addresses }) => addresses)
}

export class Finder {
  readonly #lookup: Lookup
  readonly #own: OwnSide
  readonly #targets = new Map<AgentId, Target>()
  /** Who answered to a name lately. */
  readonly #names = new Map<string, AgentId>()

  constructor(lookup: Lookup, own: OwnSide) {
    this.#lookup = lookup
    this.#own = own
  }

  /** Who answered to `name` the last time. */
  lately(name: string): AgentId | undefined {
    return this.#names.get(name)
  }

  answered(name: string, id: AgentId): void {
    this.#names.set(name, id)
    if (this.#names.size > maxTargets) this.#names.delete(this.#names.keys().next().value!)
  }

  /** @throws {AgentError} `unreachable` when the look-up is out of order, `unknown-agent` when there is nobody */
  async find(name: string, signal: AbortSignal): Promise<readonly Target[]> {
    let answers
    try {
      answers = await this.#lookup.find(name, { signal })
    } catch (error) {
      throw new AgentError('unreachable', `"${name}" cannot be looked up: ${(error as Error).message}`, {
        cause: error,
      })
    }
    const now = Date.now()
    const problems: string[] = []
    const found = answers.slice(0, maxFoundDocuments).flatMap((answer): readonly Target[] => {
      try {
        const { id, keys, locators } = this.#own.known.found(answer, now)
        const target = {
          id,
          remoteStatic: keys.x25519,
          addresses: addressesToTry(addressesOf(locators, now)),
        }
        if (id === this.#own.id) return []
        this.#remember(target)
        return [target]
      } catch (error) {
        problems.push((error as Error).message)
        return []
      }
    })
    const wanted = name.startsWith('did:key:') ? found.filter(({ id }) => id === name) : found
    if (wanted.length > 0) return wanted
    const why = problems.length > 0 ? `: ${problems.join('; ')}` : ''
    throw new AgentError('unknown-agent', `the look-up knows no agent called "${name}"${why}`)
  }

  /** Looks up where `id` is now, by the name that it answered to. When that fails, what was known stays. */
  async findAgain(id: AgentId, signal: AbortSignal): Promise<void> {
    const [name] = [...this.#names].find(([, agent]) => agent === id) ?? [id]
    await this.find(name, signal).catch(() => undefined)
  }

  /** Where the peer of `link` is reached, by what it said last and what was looked up. */
  targetOf({ peer, routes }: Link): Target {
    const { id, keys } = peer.identity
    const addresses = new Set([...routes.addresses, ...(this.#targets.get(id)?.addresses ?? [])])
    return { id, remoteStatic: keys.x25519, addresses: addressesToTry([...addresses]) }
  }

  #remember(target: Target): void {
    this.#targets.delete(target.id)
    this.#targets.set(target.id, target)
    if (this.#targets.size > maxTargets) this.#targets.delete(this.#targets.keys().next().value!)
  }
}
