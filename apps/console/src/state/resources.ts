/**
 * The resources that panels show, each with how often it is asked for: as often as it can change, no oftener.
 * @module
 */
import type {
  AgentList,
  DeviceList,
  ExporterList,
  FlowTop,
  Ipv6Share,
  Link,
  LinkList,
  LinkLoad,
  Matrix,
  RosterList,
  SessionList,
  Status,
  Topology,
  TrafficSeries,
} from '@vagus/api'
import type { BorderList, ProposalList, ProposalResource } from '@vagus/api/steering'
import type { DeviceTop, LinkTelemetryList } from '@vagus/api/telemetry'
import type { IntentList } from '@vagus/api/intent'
import type { LineList, LineResource } from '@vagus/api/lines'
import type { UnusualList } from '@vagus/api/unusual'
import { useMemo } from 'preact/hooks'
import { currentLinks } from '../figures/current-load.ts'
import type { Shown } from './resource.ts'
import { keepAsking, probe, useResource } from './resource.ts'
import { view } from './route.ts'
import type { WindowName } from './url-state.ts'

/** The live window of the collector moves in steps of five seconds; long windows come from the store. */
const everyOf = (last: WindowName): number =>
  ({ '1m': 5000, '5m': 5000, '15m': 10_000, '1h': 15_000, '6h': 30_000, '24h': 60_000, '7d': 60_000 })[last]

const statusEvery = 2000
export const startStatus = (): void => keepAsking(probe, statusEvery)
export const useStatus = (): Shown<Status> => useResource(probe, statusEvery)
export const useTopology = (): Shown<Topology> => useResource('/v1/topology', 60_000)
export const useExporters = (): Shown<ExporterList> => useResource('/v1/exporters', 5000)

export const useAgents = (): Shown<AgentList> => useResource('/v1/agents', 5000)
/** Asked for only where there are agents to have any. */
export const useSessions = (agents: AgentList | undefined): Shown<SessionList> =>
  useResource(agents === undefined || agents.items.length === 0 ? undefined : '/v1/sessions', 2500)

/** An older controller has none. */
export const useRosters = (): Shown<RosterList> => useResource('/v1/rosters', 5000)

/** Borders move in steps of at least ten seconds. */
const bordersEvery = 5000
/** `wanted` or not asked for. */
export const useBorders = (when: 'wanted' | 'not yet' = 'wanted'): Shown<BorderList> =>
  useResource(when === 'wanted' ? '/v1/borders' : undefined, bordersEvery)

/** Each comes with its whole record. */
export const latestProposals = 50
export const useProposals = (): Shown<ProposalList> =>
  useResource(`/v1/proposals?last=24h&n=${latestProposals}`, bordersEvery)
export const useOpenProposals = (): Shown<ProposalList> =>
  useResource(`/v1/proposals?state=open&n=${latestProposals}`, bordersEvery)
/** One that is not among the latest; `undefined` asks for none. */
export const useProposal = (id: string | undefined): Shown<ProposalResource> =>
  useResource(id === undefined ? undefined : `/v1/proposals/${encodeURIComponent(id)}`, 60_000)

/** A step takes a minute. An older controller has none. */
export const useUnusual = (): Shown<UnusualList> => useResource('/v1/unusual?last=1h', 10_000)

/** What lines deliver is looked at every five seconds. */
export const useLines = (): Shown<LineList> => useResource('/v1/lines', bordersEvery)
/** With its minutes; `undefined` asks for none. */
export const useLine = (id: string | undefined): Shown<LineResource> =>
  useResource(id === undefined ? undefined : `/v1/lines/${encodeURIComponent(id)}`, bordersEvery)

/** Devices are asked every five seconds. `wanted` or not asked for. */
export const useIntents = (when: 'wanted' | 'not yet' = 'wanted'): Shown<IntentList> =>
  useResource(when === 'wanted' ? '/v1/intents' : undefined, bordersEvery)

/** Agents tell links as they change, and views every five seconds. */
export const useTelemetryLinks = (): Shown<LinkTelemetryList> => useResource('/v1/telemetry/links', 1000)

export function useDeviceTop(device: string, by: DeviceTop['view']): Shown<DeviceTop> {
  const top = useResource<DeviceTop>(`/v1/telemetry/top?device=${encodeURIComponent(device)}&view=${by}`, 2500)
  // nothing in the table says whose it is: that of the device before would pass for this one's
  return top.previous ? { ...top, data: undefined, previous: false } : top
}

function useWindowed<Data>(path: string): Shown<Data> {
  const { last } = view.value
  return useResource(`/v1/${path}${path.includes('?') ? '&' : '?'}last=${last}`, everyOf(last))
}

/** Often, whatever the window: what the links carry now comes with it. */
export const useLinks = (): Shown<LinkList> => useResource(`/v1/links?last=${view.value.last}`, 2500)

/** The links with what they carry now, however long the chosen window is; undefined until they are known. */
export function useCurrentLinks(): readonly Link[] | undefined {
  const links = useLinks().data
  return useMemo(() => links && currentLinks(links.items), [links])
}
export const useDevices = (): Shown<DeviceList> => useWindowed('devices')
export const useIpv6Share = (): Shown<Ipv6Share> => useWindowed('traffic/ipv6-share')

export function useMatrix(): Shown<Matrix> {
  const { between, version } = view.value
  return useWindowed(`matrix?between=${between}&version=${version}`)
}

/** `items` is how many groups to ask for. */
export const useFlowTop = (items: number): Shown<FlowTop> =>
  useWindowed(`flows/top?by=${view.value.by.join(',')}&n=${items}`)

/** Of short windows single records are read: not as often as what is followed live. */
const seriesEvery = 15_000

/** `items` is how many keys to ask for by themselves. */
export function useTrafficSeries(items: number): Shown<TrafficSeries> {
  const { last, series } = view.value
  return useResource(`/v1/traffic/series?by=${series}&n=${items}&last=${last}`, Math.max(seriesEvery, everyOf(last)))
}

/** Load of the link with this name; `undefined` while none is known. */
export function useLinkLoad(name: string | undefined): Shown<LinkLoad> {
  const { last } = view.value
  return useResource(
    name === undefined ? undefined : `/v1/links/${encodeURIComponent(name)}/load?last=${last}`,
    everyOf(last),
  )
}
