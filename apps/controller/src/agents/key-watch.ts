/**
 * Notices that the key of an agent is in use in two places: two processes tell of its sessions in turn, as when a host was
 * copied; or an agent goes on hearing from a holder of the key in a session that is not among those of the agent itself, as
 * when the key was stolen. The second is believed of the agent that tells of it: it proves nothing, and so nothing follows
 * from it by itself.
 * @module
 */
import { type ReportedSession, reportHoldsFor } from '@vagus/api'
import { type AgentId, clockSkewSeconds } from '@vagus/identity'
import type { HeldReport } from './session-reports.ts'

export type TwoPlaces =
  | { readonly how: 'two processes'; readonly agent: AgentId }
  /** `teller` has a session with a holder of the key of `agent`. */
  | {
      readonly how: 'unknown session'
      readonly agent: AgentId
      readonly teller: AgentId
      readonly session: ReportedSession
    }

/** Milliseconds after which it is told again, if it goes on. */
const again = 3_600_000
/** Milliseconds for which an agent may leave out a session that is up: it has just begun, or its end is not known there. */
const patience = 30_000
/** Of one agent. At the limit a further one is not looked at; those whose reports would be refused as too old make room. */
const knownRuns = 64

/** Milliseconds since 1970. */
interface Run {
  /** When its first report came, after another one's. */
  since: number
  /** When its newest one was signed, by its own clock. */
  newest: number
  /** How long its reports are under way, at least: also by how much its clock is behind ours. */
  lag: number
}

interface Doubt {
  /** By our clock. */
  readonly since: number
  /** Packets that had come until then. */
  readonly received: number
}

export class KeyWatch {
  /** By agent, the newest process last. As many as agents are listed. */
  readonly #runs = new Map<AgentId, Map<string, Run>>()
  /** By the agent that tells, then by session. */
  readonly #doubts = new Map<AgentId, ReadonlyMap<string, Doubt>>()
  readonly #toldAt: Readonly<Record<TwoPlaces['how'], Map<AgentId, number>>> = {
    'two processes': new Map(),
    'unknown session': new Map(),
  }

  /**
   * A process of the agent signed a report at `at`, by its clock: also one that is older than the newest of another, since two
   * hosts differ in their clocks. @param now milliseconds since 1970
   */
  signed(agent: AgentId, run: string, at: number, now: number): readonly TwoPlaces[] {
    const runs = this.#runs.get(agent) ?? new Map<string, Run>()
    this.#runs.set(agent, runs)
    const known = runs.get(run)
    if (known === undefined) {
      for (const [name, { newest }] of runs) if (newest + 2 * clockSkewSeconds * 1000 < now) runs.delete(name)
      if (runs.size < knownRuns) runs.set(run, { since: now, newest: at, lag: now - at })
      return []
    }
    if (at <= known.newest) return [] // somebody repeats it
    known.newest = at
    known.lag = Math.min(known.lag, now - at)
    const current = [...runs.values()].at(-1)!
    // The last report of a process that ended may come after the first one of the next.
    if (known === current || at + known.lag <= current.since) return []
    known.since = now
    runs.delete(run)
    runs.set(run, known)
    return this.#unlessTold({ how: 'two processes', agent }, now)
  }

  /** @param reportOf what an agent tells now */
  reported(report: HeldReport, reportOf: (id: AgentId) => HeldReport | undefined): readonly TwoPlaces[] {
    const { agent: teller, receivedAt: now, sessions } = report
    const before = this.#doubts.get(teller)
    const doubts = new Map<string, Doubt>()
    const found: TwoPlaces[] = []
    for (const session of sessions) {
      const { binding, peer } = session
      const own = reportOf(peer)
      if (binding === undefined || own === undefined || !isUnknown(session, binding, own)) continue
      const received = session.carried?.received.packets ?? 0
      const doubt = before?.get(binding) ?? { since: now, received }
      doubts.set(binding, doubt)
      const longer = (reportHoldsFor(own.every) - reportHoldsFor()) * 1000
      const hadTime = own.receivedAt - doubt.since >= patience + longer
      if (hadTime && received > doubt.received)
        found.push(...this.#unlessTold({ how: 'unknown session', agent: peer, teller, session }, now))
    }
    if (doubts.size > 0) this.#doubts.set(teller, doubts)
    else this.#doubts.delete(teller)
    return found
  }

  /** The agent tells nothing any more. */
  lapsed(agent: AgentId): void {
    this.#runs.delete(agent)
    this.#doubts.delete(agent)
    for (const told of Object.values(this.#toldAt)) told.delete(agent)
  }

  #unlessTold(found: TwoPlaces, now: number): readonly TwoPlaces[] {
    const told = this.#toldAt[found.how]
    if (now - (told.get(found.agent) ?? -Infinity) < again) return []
    told.set(found.agent, now)
    return [found]
  }
}

/** Whether the agent leaves it out, although it tells of all its sessions, and of what tells them apart. */
const isUnknown = ({ state }: ReportedSession, binding: string, { run, more, sessions }: HeldReport): boolean =>
  state === 'up' && run !== undefined && more === 0 && !sessions.some((one) => one.binding === binding)
