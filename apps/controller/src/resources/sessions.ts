/** Sessions between agents, as each end tells of its own. @module */
import { apiVersion, type Session, type SessionList } from '@vagus/api'
import type { AgentId } from '@vagus/identity'
import type { NameOf } from '../agents/path-text.ts'
import type { HeldReport } from '../agents/session-reports.ts'
import { timeText } from './windows.ts'

/** Undefined takes all. `more` of a list with a `peer` counts sessions of which it is not known with whom they are. */
export interface SessionFilter {
  readonly agent: AgentId | undefined
  readonly peer: AgentId | undefined
}

export function sessionListOf(reports: readonly HeldReport[], filter: SessionFilter, nameOf: NameOf): SessionList {
  const wanted = reports.filter(({ agent }) => filter.agent === undefined || agent === filter.agent)
  const endOf = (id: AgentId): Session['agent'] => ({ name: nameOf(id) ?? null, id })
  const items = wanted.flatMap(({ agent, receivedAt, sessions }) =>
    sessions
      .filter(({ peer }) => filter.peer === undefined || peer === filter.peer)
      .map((session): Session => ({
        ...session,
        agent: endOf(agent),
        peer: endOf(session.peer),
        toldAt: timeText(receivedAt),
      })),
  )
  return {
    apiVersion,
    kind: 'SessionList',
    items: items.sort((a, b) => compare(wordOf(a.agent), wordOf(b.agent)) || compare(wordOf(a.peer), wordOf(b.peer))),
    more: wanted.reduce((sum, { more }) => sum + more, 0),
  }
}

const wordOf = ({ name, id }: Session['agent']): string => name ?? id
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
