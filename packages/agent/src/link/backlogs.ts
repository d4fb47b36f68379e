/**
 * What the sessions of an agent hold that no program has read. Each session has a window large enough to be fast, and
 * there are thousands of sessions, so a peer that fills windows with unread streams must not fill the memory. At the
 * limit, the session that holds most is ended: its exchanges continue on the next session, its streams end as with any
 * lost session.
 * @module
 */
import { AgentError } from '../errors.ts'

/**
 * Maximum octets of all sessions. It is checked each time `between` octets have arrived, which also bounds the excess
 * over the limit.
 */
export const backlogLimits = { ofAll: 256 * 2 ** 20, between: 16 * 2 ** 20 }

/** A session. */
interface Backlog {
  /** Octets received that no program has read. */
  readonly unread: number
  readonly isOver: boolean
  fail(error: AgentError): void
}

export class Backlogs {
  readonly #sessions: () => Iterable<Backlog>
  readonly #limits: typeof backlogLimits
  #sinceLook = 0

  constructor(sessions: () => Iterable<Backlog>, limits = backlogLimits) {
    this.#sessions = sessions
    this.#limits = limits
  }

  /** `octets` more have arrived. */
  came(octets: number): void {
    this.#sinceLook += octets
    if (this.#sinceLook < this.#limits.between) return
    this.#sinceLook = 0
    this.#look()
  }

  #look(): void {
    const all = [...this.#sessions()].filter(({ isOver }) => !isOver)
    const held = all.map((session) => ({ session, octets: session.unread })).filter(({ octets }) => octets > 0)
    let sum = held.reduce((total, { octets }) => total + octets, 0)
    for (const { session, octets } of held.sort((a, b) => b.octets - a.octets)) {
      if (sum <= this.#limits.ofAll) return
      sum -= octets
      session.fail(new AgentError('limit', `${octets} octets of its streams are unread here, the most of all sessions`))
    }
  }
}
