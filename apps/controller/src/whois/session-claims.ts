/**
 * Where the two ends of a session are, by what each of them tells of its paths. Each is believed of itself as of a claim; what
 * the other one says of it counts more, since it validated the path, but only of a session that both tell of, or where the one
 * spoken of tells of none at all: else anybody could say of anybody where it is.
 * @module
 */
import type { ReportedSession, SessionPath } from '@vagus/api'
import { reportHoldsSeconds } from '@vagus/api/session-report'
import type { AgentId } from '@vagus/identity'
import type { HeldReport } from '../agents/session-reports.ts'
import type { Claim } from './holding.ts'
import { keyOfPlace, type Place, placeOfUri } from './place.ts'

/** @param peerReport what the peer tells now, if anything */
export function sessionClaims(
  { agent, receivedAt }: Pick<HeldReport, 'agent' | 'receivedAt'>,
  session: ReportedSession,
  peerReport: HeldReport | undefined,
): readonly Claim[] {
  const since = Math.max(Date.parse(session.since), receivedAt - reportHoldsSeconds * 1000)
  const mutual = peerReport?.sessions.find(({ peer }) => peer === agent)
  const own = ownPlaces(session, mutual).map((place): Claim => ({ agent, place, speaker: 'self', since }))
  if (peerReport !== undefined && mutual === undefined && peerReport.more === 0) return own
  return [...own, ...ofPeer(agent, session, mutual).map((claim) => ({ ...claim, since }))]
}

/** An agent that listens at every address of its host has that at which its peer reaches the port. */
function ownPlaces({ paths }: ReportedSession, mutual: ReportedSession | undefined): readonly Place[] {
  const remotes = mutual?.paths.filter(isDirect).flatMap(({ remote }) => placeOfUri(remote) ?? []) ?? []
  return paths.filter(isDirect).flatMap(({ kind, local }): readonly Place[] => {
    const place = placeOfUri(local)
    if (place !== undefined) return [place]
    const port = anyAddress.exec(local)?.[1]
    return remotes.filter((one) => String(one.port) === port && one.protocol === (kind === 'udp' ? 'udp' : 'tcp'))
  })
}

/** `udp://0.0.0.0:7601` */
const anyAddress = /^[a-z]+:\/\/(?:0\.0\.0\.0|\[::\]):(\d+)/

function ofPeer(by: AgentId, session: ReportedSession, mutual: ReportedSession | undefined): readonly Claim[] {
  const { peer, paths } = session
  const known = mutual && new Set(ownPlaces(mutual, session).map(keyOfPlace))
  return paths.filter(isDirect).flatMap(({ remote }): Claim[] => {
    const place = placeOfUri(remote)
    if (place === undefined) return []
    const isUnknownToIt = known !== undefined && known.size > 0 && !known.has(keyOfPlace(place))
    return [{ agent: peer, place, speaker: 'peer', by, behindNat: isUnknownToIt }]
  })
}

/** Through a relay the other end is the relay's; who is at that of a path not validated yet, or given up, nobody knows. */
const isDirect = ({ kind, state }: SessionPath): boolean =>
  kind !== 'relay' && (state === 'alive' || state === 'suspect')
