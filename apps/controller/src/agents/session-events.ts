/**
 * What happened to sessions, from what changes between two successive reports of an agent. Both ends report: that a session
 * is up and over is told by one of them, the initiator where it is listed; moves and gaps are each end's own.
 * @module
 */
import { type ReportedSession, reportHoldsSeconds, type SessionPath } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import type { AgentId } from '@vagus/identity'
import type { EventDraft } from '../events/event-draft.ts'
import { type NameOf, pathText, pathTexts } from './path-text.ts'
import type { HeldReport } from './session-reports.ts'

/** Milliseconds. A shorter one stands in the session's figures and is no event: sudden moves make them. */
const leastGap = 1000

interface Known {
  readonly session: ReportedSession
  /** The last one there was: a session may be without one between two. */
  readonly primary: SessionPath | undefined
  /** Of the pair's two ends the one that tells that the session is up, and so also that it is over. */
  readonly tells: boolean
}

interface Told {
  readonly report: HeldReport
  /** By the peer; of several sessions with one peer the youngest. */
  readonly peers: ReadonlyMap<AgentId, Known>
}

export class SessionEvents {
  readonly #startedAt: number
  /** By the agent that tells; as many as reports are held. */
  readonly #told = new Map<AgentId, Told>()

  /** @param startedAt milliseconds since 1970 */
  constructor(startedAt: number) {
    this.#startedAt = startedAt
  }

  /** The events that `report` makes after the agent's one before. */
  take(report: HeldReport, nameOf: NameOf): readonly EventDraft[] {
    const before = this.#told.get(report.agent)
    const drafts: EventDraft[] = []
    const peers = new Map<AgentId, Known>()
    for (const [peer, session] of byPeer(report.sessions)) {
      const draft = draftsOf(report.agent, peer, nameOf)
      const last = before?.peers.get(peer)
      const primary = session.paths.find((path) => path.primary)
      const tells = last?.tells ?? this.#isToldBy(report.agent, session, nameOf)
      peers.set(peer, { session, primary: primary ?? last?.primary, tells })
      if (last !== undefined) drafts.push(...changesOf(last, session, primary, draft, nameOf))
      else if (tells && this.#isNews(session, report, before?.report)) {
        drafts.push(draft('session.up', { path: primary === undefined ? 'no path yet' : pathText(primary, nameOf) }))
      }
    }
    this.#told.set(report.agent, { report, peers })
    // A session that is missing where more were not told may be among those: that it is over is not known.
    const isWhole = report.more === 0
    return isWhole && before !== undefined ? [...drafts, ...overs(before, peers, nameOf)] : drafts
  }

  /** The events that it makes that the agent tells nothing any more. */
  end(agent: AgentId, nameOf: NameOf): readonly EventDraft[] {
    const told = this.#told.get(agent)
    this.#told.delete(agent)
    return told === undefined ? [] : overs(told, new Map(), nameOf)
  }

  #isToldBy(agent: AgentId, { peer, role }: ReportedSession, nameOf: NameOf): boolean {
    const isToldByPeer = this.#told.get(peer)?.peers.get(agent)?.tells === true
    return !isToldByPeer && (role === 'initiator' || nameOf(peer) === undefined)
  }

  /** Not so for sessions that were there before: when we started, or among those that the report before left out. */
  #isNews({ since }: ReportedSession, { at, receivedAt }: HeldReport, before: HeldReport | undefined): boolean {
    if (before !== undefined) return before.more === 0 || Date.parse(since) > before.at
    const uptime = receivedAt - this.#startedAt
    return uptime >= reportHoldsSeconds * 1000 || at - Date.parse(since) <= uptime
  }
}

type Draft = (
  event: 'session.up' | 'session.moving' | 'session.moved' | 'session.gap' | 'session.over',
  fields: EventDraft['fields'],
) => EventDraft

function draftsOf(agent: AgentId, peer: AgentId, nameOf: NameOf): Draft {
  const [subject, other] = [nameOf(agent) ?? shortId(agent), nameOf(peer) ?? shortId(peer)]
  return (event, fields) => ({ event, subject, fields: { agent: subject, peer: other, ...fields } })
}

function changesOf(
  last: Known,
  { since, gaps, moving }: ReportedSession,
  primary: SessionPath | undefined,
  draft: Draft,
  nameOf: NameOf,
): readonly EventDraft[] {
  const drafts: EventDraft[] = []
  // Each end tells of its own.
  if (moving?.by === 'agent' && moving.at !== last.session.moving?.at)
    drafts.push(draft('session.moving', { to: moving.to ?? 'another network', milliseconds: Math.round(moving.gapMs) }))
  if (primary !== undefined && last.primary !== undefined && !isSamePath(primary, last.primary)) {
    const [from, to] = pathTexts(last.primary, primary, nameOf)
    drafts.push(draft('session.moved', { from, to }))
  }
  const gapsBefore = since === last.session.since ? last.session.gaps.count : 0 // another session counts anew
  const gap = gaps.count > gapsBefore ? (gaps.lastMs ?? 0) : 0
  if (gap >= leastGap) drafts.push(draft('session.gap', { milliseconds: Math.round(gap) }))
  return drafts
}

const isSamePath = (a: SessionPath, b: SessionPath): boolean =>
  a.kind === b.kind && a.local === b.local && a.remote === b.remote

/** Of sessions that are not among `peers`. */
const overs = ({ report, peers: before }: Told, peers: Told['peers'], nameOf: NameOf): readonly EventDraft[] =>
  [...before]
    .filter(([peer, { tells }]) => tells && !peers.has(peer))
    .map(([peer]) => draftsOf(report.agent, peer, nameOf)('session.over', {}))

/** The youngest session with each peer. */
const byPeer = (sessions: readonly ReportedSession[]): ReadonlyMap<AgentId, ReportedSession> =>
  new Map(
    sessions
      .toSorted((a, b) => Date.parse(a.since) - Date.parse(b.since))
      .map((session) => [session.peer, session] as const),
  )
