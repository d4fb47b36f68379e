/**
 * Sessions as pairs: both ends report the same session; and the words for its parts. Free of zod, so that the page can
 * import it.
 * @module
 */
import { shortId } from './agent-id.ts'
import type { Session, SessionPath } from './sessions.ts'

type End = Session['agent']

/** `3 open: 1 control, 2 call`. */
export function streamsText({ streams, byService = {} }: Pick<Session, 'streams' | 'byService'>): string {
  const each = Object.entries(byService).map(([service, count]) => `${count} ${service}`)
  return each.length === 0 ? `${streams} open` : `${streams} open: ${each.join(', ')}`
}

export interface SessionPair {
  /** The same for as long as the session lasts. */
  readonly key: string
  readonly initiator: End
  readonly responder: End
  /** The report of the initiator, or that of the responder when the initiator has none. */
  readonly view: Session
  /** The report of the other end. */
  readonly other: Session | undefined
}

const initiatorOf = ({ role, agent, peer }: Session): End => (role === 'initiator' ? agent : peer)
const responderOf = ({ role, agent, peer }: Session): End => (role === 'initiator' ? peer : agent)

const newestFirst = (views: readonly Session[], role: Session['role']): Session[] =>
  views.filter((view) => view.role === role).sort((a, b) => b.since.localeCompare(a.since))

/** Two agents may have several sessions, such as while one replaces another: the newest at both ends is the same. */
function pairsBetween(key: string, views: readonly Session[]): SessionPair[] {
  const initiated = newestFirst(views, 'initiator')
  const accepted = newestFirst(views, 'responder')
  const count = Math.max(initiated.length, accepted.length)
  return Array.from({ length: count }, (_, index) => {
    const [view, other] = initiated[index] === undefined ? [accepted[index]!] : [initiated[index], accepted[index]]
    // Counted from the oldest, so that a newer session does not change the key.
    return { key: `${key} ${count - index}`, initiator: initiatorOf(view), responder: responderOf(view), view, other }
  })
}

/** One pair per reported session, in the order of `sessions`; for the same two agents the newest first. */
export function pairsOf(sessions: readonly Session[]): SessionPair[] {
  const groups = Map.groupBy(sessions, (each) => `${initiatorOf(each).id} ${responderOf(each).id}`)
  return [...groups].flatMap(([key, views]) => pairsBetween(key, views))
}

export type PairState = Session['state'] | 'moving'

/**
 * Moving when one end says that the other or itself announced a change of network: silence is no news then. Else silent when
 * one end says so: the other may have had nothing to ask, or be dead.
 */
export const pairState = ({ view, other }: SessionPair): PairState =>
  view.moving !== undefined || other?.moving !== undefined
    ? 'moving'
    : view.state === 'silent' || other?.state === 'silent'
      ? 'silent'
      : 'up'

/** The view to show: that of the other end if only that reports silence, else `view`. */
export const leadingView = ({ view, other }: SessionPair): Session =>
  other?.state === 'silent' && view.state !== 'silent' ? other : view

/** Whether one end says that the session is silent, and the other that it is up. */
export const isDisputed = ({ view, other }: SessionPair): boolean => other !== undefined && other.state !== view.state

/** The gaps of the end that saw the longest silence: an end that waits for nothing sees none. */
export const gapsOf = ({ view, other }: SessionPair): Session['gaps'] =>
  other !== undefined && (other.gaps.longestMs ?? 0) > (view.gaps.longestMs ?? 0) ? other.gaps : view.gaps

/** Its name if known, otherwise its id. @param unnamed writes an id */
export const nameOfEnd = ({ name, id }: End, unnamed: (id: string) => string = shortId): string => name ?? unnamed(id)

/** The path that carries data now. */
export const pathInUse = ({ paths }: Session): SessionPath | undefined => paths.find(({ primary }) => primary)

/**
 * Where a path leads: `10.18.0.2:7601`; of a relay its name, or else its id.
 * @param uri of one end of the path
 * @param names of agents, by their ids
 * @param unnamed writes an id
 */
export function placeOf(uri: string, names: ReadonlyMap<string, string>, unnamed = shortId): string {
  const [, scheme, rest = uri] = /^([a-z]+):\/\/(.*)$/.exec(uri) ?? []
  if (scheme !== 'relay') return rest.replace(/\/$/, '')
  const [id = rest] = rest.split('/')
  return names.get(id) ?? unnamed(id)
}

const agreements: Readonly<Record<string, string>> = {
  '25519': 'X25519',
  // post-quantum and traditional (RFC 9794)
  '25519+MLKEM768': 'PQ/T hybrid',
}

/** The key agreement of a cipher, which is what readers look for; an unknown one by its own name. */
export function agreementOf(cipher: string): string {
  const [agreement = ''] = cipher.split('_', 1)
  return agreements[agreement] ?? agreement
}
