/** The sessions of the page: as pairs, in the order of their names, with relays named. @module */
import type { Session } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import type { SessionPair } from '@vagus/api/session-pairs'
import { pairsOf } from '@vagus/api/session-pairs'

type End = Session['agent']

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

/** One per reported session, ordered by the names of initiator and responder. */
export function sessionPairsOf(sessions: readonly Session[]): SessionPair[] {
  const compare = (a: End, b: End): number => nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true })
  return pairsOf(withRelaysNamed(sessions)).sort(
    (a, b) => compare(a.initiator, b.initiator) || compare(a.responder, b.responder),
  )
}
