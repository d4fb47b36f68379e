/** What /metrics tells of agents and their sessions. @module */
import type { ReportedSession, SessionPath } from '@vagus/api'
import type { ListedAgent } from '../agents/agent-list.ts'
import type { HeldReport } from '../agents/session-reports.ts'
import type { Metric } from '@vagus/signals'
import { stateOf } from './agents.ts'

type PathKind = SessionPath['kind'] | 'none'

/** `now` in milliseconds since 1970. Every value of a label is there, also with 0. */
export function agentMetrics(
  agents: readonly ListedAgent[],
  reports: readonly HeldReport[],
  now: number,
): readonly Metric[] {
  const states = { reachable: 0, silent: 0, away: 0 }
  for (const agent of agents) states[stateOf(agent, now)]++
  return [
    {
      name: 'vagus_agents',
      type: 'gauge',
      help: 'Agents whose documents hold.',
      samples: samplesOf('state', states),
    },
    {
      name: 'vagus_sessions',
      type: 'gauge',
      help: 'Pairs of agents that tell of a session, by the path that data takes.',
      samples: samplesOf('path', sessionsByPath(reports)),
    },
  ]
}

/** Of the table of who is at which address. */
export const whoisMetrics = ({
  size,
  leftOut,
}: {
  readonly size: number
  readonly leftOut: number
}): readonly Metric[] => [
  {
    name: 'vagus_agent_places',
    type: 'gauge',
    help: 'Addresses and ports that agents hold or held, as far as that is kept.',
    samples: [{ labels: {}, value: size }],
  },
  {
    name: 'vagus_agent_places_left_out_total',
    type: 'counter',
    help: 'Claims to be at a place that were not taken at a limit, since the start.',
    samples: [{ labels: {}, value: leftOut }],
  },
]

const samplesOf = (label: string, counts: Readonly<Record<string, number>>): Metric['samples'] =>
  Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }))

/** Each pair once: as the initiator tells, else as the other end does. */
function sessionsByPath(reports: readonly HeldReport[]): Readonly<Record<PathKind, number>> {
  const pairs = new Map<string, ReportedSession>()
  for (const { agent, sessions } of reports) {
    for (const session of sessions) {
      const pair = agent < session.peer ? `${agent} ${session.peer}` : `${session.peer} ${agent}`
      if (session.role === 'initiator' || !pairs.has(pair)) pairs.set(pair, session)
    }
  }
  const counts: Record<PathKind, number> = { udp: 0, tcp: 0, ws: 0, relay: 0, none: 0 }
  for (const { paths } of pairs.values()) counts[paths.find(({ primary }) => primary)?.kind ?? 'none']++
  return counts
}
