/** Which agents may order lines now: by what the owner of the fleet says of them, and within the operator's bounds. @module */
import type { Actor } from '@vagus/api/actor'
import type { Config } from '@vagus/api'
import type { LineWish } from '@vagus/line'
import { ProblemError, problemOf } from '../../http/problem.ts'
import type { KeptLine } from '../line-book.ts'
import { type Beyond, beyondBounds } from './line-bounds.ts'

/** What the owner of the fleet says of an agent. */
export type Standing =
  | { readonly type: 'member'; readonly name: string }
  | { readonly type: 'barred'; readonly because: string }

export interface OrdererParts {
  readonly config: () => NonNullable<Config['lines']>
  readonly standingOf: (agent: string) => Standing
  /** Where the agent is; null: at no site. */
  readonly siteOf: (agent: string) => string | null
}

const unbounded = 'vagus.yaml has no "lines.agents": agents order no lines there'

export class LineOrderers {
  readonly #parts: OrdererParts

  constructor(parts: OrdererParts) {
    this.#parts = parts
  }

  /** The agent as those name it who are told of its orders. @throws {ProblemError} 403 where it may order nothing */
  actor(agent: string): Actor {
    const standing = this.#standingOf(agent)
    if (standing.type === 'barred') throw new ProblemError(problemOf(403, standing.because))
    return { kind: 'agent', id: agent, name: standing.name }
  }

  /** Why its line has to end before its time; undefined: it may stay. */
  barred({ by }: Pick<KeptLine, 'by'>): string | undefined {
    if (by.kind !== 'agent' || by.id === null) return undefined
    const standing = this.#standingOf(by.id)
    return standing.type === 'barred' ? standing.because : undefined
  }

  /** What of the bounds speaks against it; undefined for all but agents. @param own the line that is changed */
  refusal(
    wish: LineWish,
    by: Actor,
    { lines, own }: { readonly lines: readonly KeptLine[]; readonly own: string | undefined },
  ): Beyond | undefined {
    if (by.kind !== 'agent' || by.id === null) return undefined
    const bounds = this.#parts.config().agents
    if (bounds === undefined) throw new ProblemError(problemOf(403, unbounded))
    const orderer = { id: by.id, name: by.name ?? by.id, site: this.#parts.siteOf(by.id) }
    return beyondBounds({ bounds, orderer, wish, lines, own })
  }

  #standingOf(agent: string): Standing {
    const { config, standingOf } = this.#parts
    return config().agents === undefined ? { type: 'barred', because: unbounded } : standingOf(agent)
  }
}
