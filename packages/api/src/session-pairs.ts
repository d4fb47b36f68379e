/**
 * Sessions as pairs: both ends tell of a session, and it is one. Free of zod, so that the page can import it.
 * @module
 */
import type { Session } from './sessions.ts'

type End = Session['agent']

export interface SessionPair {
  /** The same for as long as the session lasts. */
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

/** One for each session that an end tells of, in the order of `sessions`; of two agents the newest session first. */
export function pairsOf(sessions: readonly Session[]): SessionPair[] {
  const groups = Map.groupBy(sessions, (each) => `${initiatorOf(each).id} ${responderOf(each).id}`)
  return [...groups].flatMap(([key, views]) => pairsBetween(key, views))
}

/** Silent where one end says so: the other may have had nothing to ask, or be dead. */
export const pairState = ({ view, other }: SessionPair): Session['state'] =>
  view.state === 'silent' || other?.state === 'silent' ? 'silent' : 'up'

/** The view by which the session is shown: of an end that alone says that it is silent, else `view`. */
export const leadingView = ({ view, other }: SessionPair): Session =>
  other?.state === 'silent' && view.state !== 'silent' ? other : view

/** Whether one end says that the session is silent, and the other that it is up. */
export const isDisputed = ({ view, other }: SessionPair): boolean => other !== undefined && other.state !== view.state

/** As the end tells them that saw the longest silence: one that waits for nothing sees none. */
export const gapsOf = ({ view, other }: SessionPair): Session['gaps'] =>
  other !== undefined && (other.gaps.longestMs ?? 0) > (view.gaps.longestMs ?? 0) ? other.gaps : view.gaps
