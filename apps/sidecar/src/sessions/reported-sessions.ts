/** The sessions of an agent, as it tells of them. @module */
import type { Agent, Connection, Moving, Path } from '@vagus/agent'
import type { ReportedSession } from '@vagus/api'
import { maxReportedSessions } from '@vagus/api/session-report'
import type { Mandate } from '@vagus/identity'

/** The newest of them; `more`: how many others there are. */
export function reportedSessions(agent: Pick<Agent, 'connected'>): {
  readonly sessions: ReportedSession[]
  readonly more: number
} {
  const all = agent.connected()
  const newest = all.slice(-maxReportedSessions)
  return { sessions: newest.map(reportedSession), more: all.length - newest.length }
}

function reportedSession(connection: Connection): ReportedSession {
  const { peer, role, how, suite, padding, since, isSilent, moving, moves, gaps, streamCount, carried } = connection
  return {
    peer: peer.identity.id,
    role,
    how,
    cipher: suite,
    padding,
    since: new Date(since).toISOString(),
    state: isSilent ? 'silent' : 'up',
    ...(moving === undefined ? {} : { moving: reportedMove(moving) }),
    paths: connection.paths().map(reportedPath),
    moves,
    gaps: { count: gaps.count, lastMs: rounded(gaps.last), longestMs: rounded(gaps.longest) },
    streams: streamCount,
    ...(peer.mandate === undefined ? {} : { peerActsFor: reportedMandate(peer.mandate) }),
    carried: { sent: { ...carried.sent }, received: { ...carried.received } },
  }
}

const reportedMandate = ({ root, task, expiresAt }: Mandate): ReportedSession['peerActsFor'] => ({
  agent: root,
  task,
  until: new Date(expiresAt).toISOString(),
})

const reportedMove = ({ by, to, at, gap }: Moving): ReportedSession['moving'] => ({
  by: by === 'us' ? 'agent' : 'peer',
  to: to ?? null,
  at: new Date(at).toISOString(),
  gapMs: gap,
})

const reportedPath = ({
  kind,
  local,
  remote,
  state,
  status,
  primary,
  rtt,
}: Path): ReportedSession['paths'][number] => ({
  kind,
  local,
  remote,
  state,
  status,
  primary,
  roundTripMs: rounded(rtt),
})

/** To tenths. */
const rounded = (milliseconds: number | undefined): number | null =>
  milliseconds === undefined ? null : Math.round(milliseconds * 10) / 10

/** The same as long as nothing has changed but what changes with every packet. */
export const essenceOf = (sessions: readonly ReportedSession[]): string =>
  JSON.stringify(sessions, (key, value: unknown) =>
    key === 'roundTripMs' || key === 'streams' || key === 'carried' ? undefined : value,
  )
