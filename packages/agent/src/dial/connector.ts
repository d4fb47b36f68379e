/**
 * Connects by name: over the link that there is, or a new one. Calls for the same name at the same time share one attempt.
 * @module
 */
import type { AgentId } from '@vagus/identity'
import { TurnoverMap } from '@vagus/wire'
import type { OtherAs } from '../admission.ts'
import { AgentError, NotAdmittedError } from '../errors.ts'
import type { Opening } from '../exchange/exchange-session.ts'
import type { Link } from '../link/link.ts'
import type { Links } from '../link/links.ts'
import type { Admitted } from '../peers/admitted.ts'
import { untilAborted } from '../until-aborted.ts'
import type { Target } from './dialler.ts'
import type { Finder } from './finder.ts'
import type { LinkOpener } from './link-opener.ts'

export interface ConnectOptions {
  /** Ends the waiting of this caller; the attempt goes on. */
  readonly signal?: AbortSignal
  /** Goes with the handshake of a new link. */
  readonly opening?: Opening
  readonly as?: OtherAs
}

export interface ConnectorParts {
  readonly finder: Finder
  readonly links: Links
  readonly opener: LinkOpener
  readonly admitted: Admitted
  /** Aborts when the agent closes. */
  readonly closing: AbortSignal
}

interface Wanted {
  readonly name: string
  readonly as: OtherAs
  readonly opening: Opening | undefined
  /** Of the names, when it was looked for. */
  readonly age: number
}

export class Connector {
  readonly #parts: ConnectorParts
  /** Attempts under way, by what the peer is to be and its name. */
  readonly #attempts = new TurnoverMap<string, Promise<Link>>()

  constructor(parts: ConnectorParts) {
    this.#parts = parts
  }

  /** @throws {AgentError} when no agent of this name answers, {NotAdmittedError} when none of them is admitted */
  async connect(name: string, { signal, opening, as = 'peer' }: ConnectOptions = {}): Promise<Link> {
    const { finder, admitted, closing } = this.#parts
    const present = this.#present(finder.lately(name))
    if (present !== undefined) {
      admitted.check(present.peer.identity.id, as)
      return present
    }
    closing.throwIfAborted()
    signal?.throwIfAborted()
    const key = `${as} ${name}`
    const attempt = this.#attempts.get(key) ?? this.#attempt(name, as, opening)
    this.#attempts.set(key, attempt)
    return signal === undefined ? attempt : untilAborted(attempt, signal)
  }

  /** Who connects from now on does not share the attempts under way. */
  forgetAttempts(): void {
    this.#attempts.clear()
  }

  async #attempt(name: string, as: OtherAs, opening?: Opening): Promise<Link> {
    const { finder, closing } = this.#parts
    const wanted = { name, as, opening, age: finder.age }
    try {
      const found = await finder.find(name, closing)
      return await (found.length === 1 ? this.#reach(found[0]!, wanted) : this.#reachOneOf(found, wanted))
    } finally {
      this.#attempts.delete(`${as} ${name}`)
    }
  }

  async #reach(target: Target, { name, as, opening, age }: Wanted): Promise<Link> {
    const { finder, admitted, opener, closing } = this.#parts
    admitted.check(target.id, as)
    const link = this.#present(target.id) ?? (await opener.open(target, opening))
    if (finder.age !== age) await finder.confirm(name, target.id, closing)
    finder.answered(name, target.id)
    return link
  }

  /** The first that answers. */
  async #reachOneOf(found: readonly Target[], wanted: Wanted): Promise<Link> {
    const problems: Error[] = []
    for (const target of found) {
      try {
        return await this.#reach(target, wanted)
      } catch (error) {
        problems.push(error as Error)
      }
    }
    const texts = problems.map(({ message }) => message).join('; ')
    if (problems.every((problem) => problem instanceof NotAdmittedError)) throw new NotAdmittedError(texts)
    throw new AgentError('unreachable', `none of ${found.length} agents called "${wanted.name}" answers: ${texts}`)
  }

  /** The link to an agent, where it works. */
  #present(id: AgentId | undefined): Link | undefined {
    const link = id === undefined ? undefined : this.#parts.links.get(id)
    return link?.isUp === true && !link.isSilent ? link : undefined
  }
}
