/** From names to agents, and from agents to the ways that lead there. @module */
import { type AgentId, type Identity, liveLocators, type Locator } from '@vagus/identity'
import { candidatesOf } from './candidates.ts'
import type { Target } from './dialler.ts'
import { AgentError } from '../errors.ts'
import type { Link } from '../link/link.ts'
import { type Lookup, maxFoundDocuments } from '../lookup.ts'
import type { OwnSide } from '../handshake/own-side.ts'

/** Agents whose ways are remembered for the next session; the one found longest ago is dropped. */
const maxTargets = 4096

/** If all have expired, the expired ones: a copied document has no others, and the handshake proves who is there. */
function addressesOf(locators: readonly Locator[], now: number): readonly string[] {
  const live = liveLocators(locators, now).flatMap(({ addresses }) => addresses)
  return live.length > 0 ? live : locators.flatMap(({ addresses }) => addresses)
}

/** When the next of `locators` expires, milliseconds since 1970; `Infinity` if none is valid any more. */
const nextEnd = (locators: readonly Locator[], now: number): number =>
  Math.min(...liveLocators(locators, now).map(({ exp }) => exp * 1000))

/** The ways to an agent from its document, valid until one of its locators expires. */
interface KnownTarget {
  readonly identity: Identity
  readonly until: number
  readonly target: Target
}

export class Finder {
  readonly #lookup: Lookup
  readonly #own: OwnSide
  readonly #found = new Map<AgentId, KnownTarget>()
  /** The agent that recently answered to a name. */
  readonly #names = new Map<string, AgentId>()
  #age = 0

  constructor(lookup: Lookup, own: OwnSide) {
    this.#lookup = lookup
    this.#own = own
  }

  /** The agent that last answered to `name`. */
  lately(name: string): AgentId | undefined {
    return this.#names.get(name)
  }

  /** Grows whenever names are forgotten. */
  get age(): number {
    return this.#age
  }

  /**
   * Names were forgotten since `id` was found by `name`: asks again, until none are meanwhile. @throws {AgentError}
   * `unreachable` if another one has the name now
   */
  async confirm(name: string, id: AgentId, signal: AbortSignal): Promise<void> {
    let at: number
    do {
      at = this.#age
      const found = await this.find(name, signal)
      if (!found.some((target) => target.id === id))
        throw new AgentError('unreachable', `"${name}" has become another agent meanwhile; try again`)
    } while (at !== this.#age)
  }

  /** `id` answers to `name`. */
  answered(name: string, id: AgentId): void {
    this.#names.set(name, id)
    if (this.#names.size > maxTargets) this.#names.delete(this.#names.keys().next().value!)
  }

  /** A name may stand for another agent from now on. */
  forgetNames(): void {
    this.#age++
    this.#names.clear()
  }

  /**
   * @throws {AgentError} `unreachable` if the look-up fails, or finds documents of which none holds here and now: the
   * clock may be wrong, or the look-up behind; `unknown-agent` if it finds no agent
   */
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
    const isId = name.startsWith('did:key:')
    let isOwn = false
    const found = answers.slice(0, maxFoundDocuments).flatMap((answer): readonly Target[] => {
      try {
        const identity = this.#own.known.found(answer, now)
        if (identity.id !== this.#own.id) return [this.#targetBy(identity, now)]
        isOwn ||= !isId || name === identity.id
        return []
      } catch (error) {
        problems.push((error as Error).message)
        return []
      }
    })
    const wanted = isId ? found.filter(({ id }) => id === name) : found
    if (wanted.length > 0) return wanted
    if (isOwn) throw new AgentError('unknown-agent', `"${name}" is this agent itself, which does not call itself`)
    if (problems.length > 0)
      throw new AgentError(
        'unreachable',
        `no document that the look-up has for "${name}" holds: ${problems.join('; ')}`,
      )
    const meant = this.#lookup.nameLike?.(name)
    const question = meant === undefined ? '' : `; did you mean "${meant}"?`
    throw new AgentError('unknown-agent', `the look-up knows no agent called "${name}"${question}`)
  }

  /** Looks up `id` again, by the name to which it answered. If that fails, what was known stays. */
  async findAgain(id: AgentId, signal: AbortSignal): Promise<void> {
    const [name] = [...this.#names].find(([, agent]) => agent === id) ?? [id]
    await this.find(name, signal).catch(() => undefined)
  }

  /** Where the peer of `link` can be reached, from its latest greeting and the look-up. */
  targetOf({ peer, routes }: Link): Target {
    const { id, keys } = peer.identity
    const { direct, relayed } = this.#found.get(id)?.target.candidates ?? candidatesOf([])
    const addresses = new Set([...routes.addresses, ...[...direct, ...relayed].map(({ text }) => text)])
    return { id, remoteStatic: keys.x25519, candidates: candidatesOf([...addresses]) }
  }

  #targetBy(identity: Identity, now: number): Target {
    const { id, keys, locators } = identity
    const before = this.#found.get(id)
    const found: KnownTarget =
      before !== undefined && before.identity === identity && now < before.until
        ? before
        : {
            identity,
            until: nextEnd(locators, now),
            target: { id, remoteStatic: keys.x25519, candidates: candidatesOf(addressesOf(locators, now)) },
          }
    this.#found.delete(id)
    this.#found.set(id, found)
    if (this.#found.size > maxTargets) this.#found.delete(this.#found.keys().next().value!)
    return found.target
  }
}
