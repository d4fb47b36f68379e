/**
 * Sessions as pairs: both ends tell of a session, and it is one line. What the agent tells that began it comes first.
 * @module
 */
import type { Session } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'

type End = Session['agent']

export interface SessionPair {
  readonly key: string
  readonly initiator: End
  readonly responder: End
  /** What the initiator tells, or the responder where the initiator tells nothing. */
  readonly view: Session
  /** What the other end tells. */
  readonly other: Session | undefined
}

const initiatorOf = ({ role, agent, peer }: Session): End => (role === 'initiator' ? agent : peer)
const responderOf = ({ role, agent, peer }: Session): End => (role === 'initiator' ? peer : agent)

const newestFirst = (views: readonly Session[], role: Session['role']): Session[] =>
  views.filter((view) => view.role === role).sort((a, b) => b.since.localeCompare(a.since))

/** Two ends may have several sessions, as while one takes the place of another: the newest of both ends is the same. */
function pairsBetween(key: string, views: readonly Session[]): SessionPair[] {
  const begun = newestFirst(views, 'initiator')
  const accepted = newestFirst(views, 'responder')
  const count = Math.max(begun.length, accepted.length)
  return Array.from({ length: count }, (_, index) => {
    const [view, other] = begun[index] === undefined ? [accepted[index]!] : [begun[index], accepted[index]]
    // counted from the oldest, which stays when a newer one comes
    return { key: `${key} ${count - index}`, initiator: initiatorOf(view), responder: responderOf(view), view, other }
  })
}

const nameOf = ({ name, id }: End): string => name ?? id

/** An agent has a session with each relay that it is at. A relay is on no list, but paths through it name its id. */
function withRelaysNamed(sessions: readonly Session[]): Session[] {
  const paths = sessions.flatMap((session) => session.paths)
  const relays = new Set(paths.flatMap(({ remote }) => /^relay:\/\/([^/]+)/.exec(remote)?.[1] ?? []))
  const isNameless = ({ name, id }: End): boolean => name === null && relays.has(id)
  const named = (end: End): End => (isNameless(end) ? { ...end, name: `relay ${shortId(end.id)}` } : end)
  return sessions.map((session) => {
    const { agent, peer } = session
    return [agent, peer].some(isNameless) ? { ...session, agent: named(agent), peer: named(peer) } : session
  })
}

/** One for each session that an end tells of, by the names of initiator and responder. */
export function sessionPairsOf(sessions: readonly Session[]): SessionPair[] {
  const groups = Map.groupBy(withRelaysNamed(sessions), (each) => `${initiatorOf(each).id} ${responderOf(each).id}`)
  const compare = (a: End, b: End): number => nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true })
  return [...groups]
    .flatMap(([key, views]) => pairsBetween(key, views))
    .sort((a, b) => compare(a.initiator, b.initiator) || compare(a.responder, b.responder))
}

/** Silent where one end says so: the other may have had nothing to ask. */
export const pairState = ({ view, other }: SessionPair): Session['state'] =>
  view.state === 'silent' || other?.state === 'silent' ? 'silent' : 'up'

/** As the end tells them that saw the longest silence: one that waits for nothing sees none. */
export const gapsOf = ({ view, other }: SessionPair): Session['gaps'] =>
  other !== undefined && (other.gaps.longestMs ?? 0) > (view.gaps.longestMs ?? 0) ? other.gaps : view.gaps
