/**
 * What agents last told of their sessions. It is of now: nothing of it outlives the process, and what is not told again
 * within `reportHoldsFor` is dropped.
 * @module
 */
import { type ReportedSession, reportHoldsFor, type SessionReport } from '@vagus/api'
import { type AgentId, clockSkewSeconds } from '@vagus/identity'

/** Some 1 KiB each. A report that would exceed it is kept without its sessions, which then count in `more`. */
export const maxSessions = 20_000
/** As many as agents can be listed. At the limit a report of an agent without one is refused. */
export const maxReports = 10_000

/** Times in milliseconds since 1970. */
export interface HeldReport {
  readonly agent: AgentId
  /** By the agent's clock. */
  readonly at: number
  /** By ours. */
  readonly receivedAt: number
  readonly sessions: readonly ReportedSession[]
  /** Sessions that the agent has and that are not among them. */
  readonly more: number
  /** By which the agent decides who may call it; undefined: it said nothing of one. */
  readonly roster?: SessionReport['roster']
  /** Seconds within which it is repeated; undefined: the usual ones. */
  readonly every?: number | undefined
  /** The process that tells; undefined: one that does not say, nor what its sessions are bound to. */
  readonly run?: string | undefined
}

/** `replayed`: the agent has signed a report at `newest`, and this one is not later. */
export type Holding =
  | { readonly type: 'held'; readonly report: HeldReport }
  | { readonly type: 'replayed'; readonly newest: number }
  | { readonly type: 'full' }

export class SessionReports {
  /** In the order received. */
  readonly #held = new Map<AgentId, HeldReport>()
  /** When each agent's newest report was signed, for as long as an older one could pass for one of now. */
  readonly #newest = new Map<AgentId, number>()
  #sessions = 0

  /** `report` in place of the agent's one before. It is verified, and its `at` near `now` (milliseconds since 1970). */
  hold({ agent, at, sessions, more, roster, every, run }: SessionReport, now: number): Holding {
    const signedAt = Date.parse(at)
    const newest = this.#newest.get(agent) ?? -Infinity
    if (signedAt <= newest) return { type: 'replayed', newest }
    if (!this.#held.has(agent) && this.#held.size >= maxReports) return { type: 'full' }
    this.#remove(agent)
    const fits = this.#sessions + sessions.length <= maxSessions
    const kept = fits ? { sessions, more } : { sessions: [], more: more + sessions.length }
    const report = { agent, at: signedAt, receivedAt: now, roster, every, run, ...kept }
    this.#held.set(agent, report)
    this.#sessions += report.sessions.length
    this.#remember(agent, signedAt)
    return { type: 'held', report }
  }

  /** Those that hold at `now`, in the order received. */
  all(now: number): readonly HeldReport[] {
    return [...this.#held.values()].filter((report) => isOfNow(report, now))
  }

  /** The agent's, if it holds at `now`. */
  of(agent: AgentId, now: number): HeldReport | undefined {
    const held = this.#held.get(agent)
    return held !== undefined && isOfNow(held, now) ? held : undefined
  }

  /** Drops those that hold no longer, and returns them. */
  dropEnded(now: number): readonly HeldReport[] {
    for (const [agent, at] of this.#newest) if (at + clockSkewSeconds * 1000 < now) this.#newest.delete(agent)
    const ended = [...this.#held.values()].filter((report) => !isOfNow(report, now))
    for (const { agent } of ended) this.#remove(agent)
    return ended
  }

  #remove(agent: AgentId): void {
    this.#sessions -= this.#held.get(agent)?.sessions.length ?? 0
    this.#held.delete(agent)
  }

  /** As many as reports; those told longest ago are forgotten first. */
  #remember(agent: AgentId, at: number): void {
    this.#newest.delete(agent)
    this.#newest.set(agent, at)
    for (const oldest of this.#newest.keys()) {
      if (this.#newest.size <= maxReports) return
      this.#newest.delete(oldest)
    }
  }
}

const isOfNow = ({ receivedAt, every }: HeldReport, now: number): boolean =>
  now - receivedAt < reportHoldsFor(every) * 1000
