/** The sessions of an agent, as it tells of them. @module */
import type { Agent, Connection, Moving, Path, RadioStatus, Traversal } from '@vagus/agent'
import type { ReportedSession, SessionRadio } from '@vagus/api'
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
  const { peer, role, how, suite, padding, since, binding, isSilent, moving, moves, gaps, traversal, carried } =
    connection
  const { streamCount, streamsByClass } = connection
  const paths = connection.paths()
  const radio = paths.find(({ primary }) => primary)?.radio
  return {
    peer: peer.identity.id,
    role,
    how,
    cipher: suite,
    padding,
    since: new Date(since).toISOString(),
    binding,
    state: isSilent ? 'silent' : 'up',
    ...(moving === undefined ? {} : { moving: reportedMove(moving) }),
    paths: paths.map(reportedPath),
    ...(traversal === undefined ? {} : { traversal: reportedTraversal(traversal) }),
    moves,
    gaps: { count: gaps.count, lastMs: rounded(gaps.last), longestMs: rounded(gaps.longest) },
    ...(radio === undefined ? {} : { radio: reportedRadio(radio) }),
    streams: streamCount,
    ...(streamsByClass.size === 0 ? {} : { byService: Object.fromEntries(streamsByClass) }),
    ...(peer.mandate === undefined ? {} : { peerActsFor: reportedMandate(peer.mandate) }),
    carried: { sent: { ...carried.sent }, received: { ...carried.received } },
  }
}

const reportedMandate = ({ root, task, expiresAt }: Mandate): ReportedSession['peerActsFor'] => ({
  agent: root,
  task,
  until: new Date(expiresAt).toISOString(),
})

const reportedRadio = ({ network, access, own, atOnce }: RadioStatus): SessionRadio => ({
  network: network.slice(0, 64),
  access,
  seconds: Math.round(own.forMs / 1000),
  wakes: own.wakes,
  joules: tenths(own.joules),
  atOnce: { wakes: atOnce.wakes, joules: tenths(atOnce.joules) },
})

const reportedMove = ({ by, to, at, gap }: Moving): ReportedSession['moving'] => ({
  by: by === 'us' ? 'agent' : 'peer',
  to: to ?? null,
  at: new Date(at).toISOString(),
  gapMs: gap,
})

const reportedTraversal = ({ state, own, peer, why }: Traversal): ReportedSession['traversal'] => ({
  state,
  own: own ?? null,
  peer: peer ?? null,
  why: why ?? null,
})

const reportedPath = ({
  kind,
  local,
  remote,
  state,
  status,
  primary,
  rtt,
  mapped,
  proxy,
}: Path): ReportedSession['paths'][number] => ({
  kind,
  local,
  remote,
  state,
  status,
  primary,
  roundTripMs: rounded(rtt),
  ...(mapped !== undefined && { mapped }),
  ...(proxy !== undefined && { proxy }),
})

const rounded = (milliseconds: number | undefined): number | null =>
  milliseconds === undefined ? null : tenths(milliseconds)

const tenths = (value: number): number => Math.round(value * 10) / 10

const passing: ReadonlySet<string> = new Set(['roundTripMs', 'streams', 'byService', 'radio', 'carried'])

/** The same as long as nothing has changed but what changes with every packet. */
export const essenceOf = (sessions: readonly ReportedSession[]): string =>
  JSON.stringify(sessions, (key, value: unknown) => (passing.has(key) ? undefined : value))
