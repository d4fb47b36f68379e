/** What a speaker says, in the shapes of the API (@vagus/api), and the tables that its questions name. @module */
import type { BgpDiff, BgpPath, BgpPeer, BgpPeerList, BgpRoutes } from '@vagus/api'
import { formatAddress } from '@vagus/address'
import { type AsPath, linkBandwidthOf, type PathAttributes, segmentType } from '@vagus/bgp'
import type { BmpRibName, PeerStatus, RoutePage, TableDiff, TableName } from './api.ts'
import type { PathState } from './event.ts'

const apiVersion = 'vagus/v1'

/** Whose answer it is: null where the agent itself is asked. */
export interface Answerer {
  readonly device: string | null
  readonly as: number
  readonly identifier: string
}

export function bgpPeersOf(
  { device, as, identifier }: Answerer,
  peers: readonly PeerStatus[],
  now: number,
): BgpPeerList {
  return {
    apiVersion,
    kind: 'BgpPeerList',
    device,
    as,
    identifier,
    now: new Date(now).toISOString(),
    items: peers.map(peerOf),
  }
}

function peerOf(peer: PeerStatus): BgpPeer {
  const { session, group, lastReason, since, ...others } = peer
  return {
    ...others,
    received: { ...peer.received },
    announced: { ...peer.announced },
    group: group ?? null,
    since: new Date(since).toISOString(),
    lastReason: lastReason ?? null,
    session:
      session === undefined
        ? null
        : {
            localAddress: session.localAddress,
            identifier: session.peerIdentifier,
            holdTime: session.holdTime,
            families: [...session.families],
            gracefulRestart: session.gracefulRestart,
            refresh: session.refresh,
            capabilities: session.capabilities.map(({ code }) => code),
          },
  }
}

/** @param table as the question named it */
export function bgpRoutesOf(
  device: string | null,
  table: string,
  family: BgpRoutes['family'],
  page: RoutePage,
): BgpRoutes {
  const items = page.routes.map(({ prefix, peer, paths }) => ({ prefix, peer: peer ?? null, paths: paths.map(pathOf) }))
  return { apiVersion, kind: 'BgpRoutes', device, table, family, total: page.total, next: page.next ?? null, items }
}

/** @param question the tables as it named them */
export function bgpDiffOf(
  device: string | null,
  question: { readonly before: string; readonly after: string; readonly family: BgpDiff['family'] },
  { differences, total }: TableDiff,
): BgpDiff {
  const { before, after, family } = question
  const shown = (attributes: PathAttributes | undefined): BgpPath | null =>
    attributes === undefined ? null : pathOf({ attributes })
  const items = differences.map((one) => ({ prefix: one.prefix, before: shown(one.before), after: shown(one.after) }))
  return { apiVersion, kind: 'BgpDiff', device, before, after, family, total, items }
}

/** The table of `rib`, `adj-in/PEER`, `adj-out/PEER` or `bmp/ROUTER/PEER/RIB`; undefined when the text names none. */
export function tableNamed(text: string): TableName | undefined {
  if (text === 'rib') return { table: 'loc-rib' }
  const [table, ...rest] = text.split('/')
  if (table === 'adj-in' || table === 'adj-out') return rest.length === 0 ? undefined : { table, peer: rest.join('/') }
  const [router, peer, rib] = rest
  if (table !== 'bmp' || router === undefined || peer === undefined || rib === undefined) return undefined
  return { table, router, peer, rib: rib as BmpRibName } // checked by the schema of the question, and when it is looked up
}

const origins = ['igp', 'egp', 'incomplete'] as const

function pathOf({ attributes, pathId, stale }: Pick<PathState, 'attributes' | 'pathId' | 'stale'>): BgpPath {
  const { origin, asPath = [], multiExitDisc, localPref, extendedCommunities = [], unknown = [] } = attributes
  const bandwidth = extendedCommunities.map(linkBandwidthOf).find((one) => one !== undefined)
  return {
    pathId: pathId ?? null,
    stale: stale === 'yes',
    origin: origin === undefined ? null : (origins[origin] ?? null),
    asPath: asPathText(asPath),
    nextHop: nextHopText(attributes),
    localPref: localPref ?? null,
    med: multiExitDisc ?? null,
    communities: communityTexts(attributes),
    linkBandwidth: bandwidth === undefined ? null : bandwidth.octetsPerSecond * 8,
    unknown: unknown.map(({ code }) => code),
  }
}

const brackets: Readonly<Record<number, readonly [string, string]>> = {
  [segmentType.set]: ['{', '}'],
  [segmentType.confedSequence]: ['(', ')'],
  [segmentType.confedSet]: ['[', ']'],
}

function asPathText(path: AsPath): string {
  return path
    .map(({ type, as }) => {
      const around = brackets[type]
      return around === undefined ? as.join(' ') : `${around[0]}${as.join(' ')}${around[1]}`
    })
    .join(' ')
}

function nextHopText({ nextHop, mpReach }: PathAttributes): string | null {
  const octets = nextHop ?? mpReach?.nextHop
  if (octets === undefined || octets.length < 4) return null
  if (octets.length >= 16) return formatAddress(octets.subarray(0, 16))
  return [...octets.subarray(0, 4)].join('.')
}

/** `AS:VALUE`, `rt:…` and the like are left to routers: extended ones are shown as 16 hexadecimal digits. */
function communityTexts({
  communities = [],
  extendedCommunities = [],
  largeCommunities = [],
}: PathAttributes): string[] {
  return [
    ...communities.map((one) => `${one >>> 16}:${one & 0xffff}`),
    ...extendedCommunities.map((one) => `ext:${one.toString(16).padStart(16, '0')}`),
    ...largeCommunities.map((one) => `${one.globalAdministrator}:${one.localData1}:${one.localData2}`),
  ]
}
