/**
 * The tools. Names keep to what clients accept, 1..64 of a-z, A-Z, 0-9, "_" and "-", and never change: who approved a
 * tool approved its name.
 * @module
 */
import type { EventList, Matrix, TrafficSeries } from '@vagus/api'
import type { IntentList } from '@vagus/api/intent'
import { agentRoutes } from '../http/agent-routes.ts'
import { intentRoutes } from '../http/intent-routes.ts'
import { lineRoutes } from '../http/line-routes.ts'
import { routes } from '../http/routes.ts'
import { whoisRoutes } from '../http/whois-routes.ts'
import { fitWhole } from './fit.ts'
import { fitMatrix } from './fit-matrix.ts'
import { fitSeries, fitTrafficSeries } from './fit-series.ts'
import type { Shape, Tool } from './tool.ts'
import {
  intentsSaid,
  saidIntents,
  shortAgents,
  shortDevices,
  shortExporters,
  shortLines,
  shortLinkLoad,
  shortLinks,
  shortProposal,
  shortProposals,
  shortQuote,
  shortSessions,
  shortStatus,
  shortTop,
  shortWhois,
  told,
  toldEvents,
} from './views.ts'

const wholeList: Shape = { type: 'whole-list', list: 'items' }

export const tools: readonly Tool[] = [
  {
    name: 'network_status',
    title: 'Status of the network',
    description:
      'The network at a glance: devices, links and the busiest one, traffic and IPv6 share of the last minute.\n' +
      '`quality` says what makes figures wrong or missing at present, and what mends it. A good first question.',
    route: routes.status,
    shows: shortStatus,
    shape: { type: 'asked-list', list: 'quality', rest: 'network_devices and network_exporters tell of each' },
  },
  {
    name: 'network_matrix',
    title: 'Traffic matrix',
    description:
      'How much each site sends to each other site, and how much of it is IPv6.\n' +
      'bitsPerSecond[i][j] flows from names[i] to names[j]. `names` has the names of all sites, or of edge devices with ' +
      'between: edges. Cells that are true in `estimated` no flows tell of: say so; its `error` is how far off they were.',
    route: routes.matrix,
    shape: { type: 'other', fit: (answer) => fitMatrix(answer as unknown as Matrix) },
  },
  {
    name: 'network_top_flows',
    title: 'Largest flows',
    description:
      'Who sends most, to whom, with what: the largest groups of flows in a window, by any dimensions, under any filter.\n' +
      'Default window: 5m. Which site sends most IPv4 to dc-east: by srcSite, filter dstSite=dc-east,version=4. What ' +
      'crosses interface 4 of device pe-1: filter exporter=pe-1,outIf=4, or inIf (indexes: network_devices); where a router ' +
      'gives both directions one index, add dstSite. `share` is of `total`, which is all that the filter leaves. ingress ' +
      'and egress are edge devices.',
    route: routes.top,
    shows: shortTop,
    defaults: { n: 10 },
    shape: { type: 'asked-list', list: 'items', rest: 'narrow the question with filter' },
  },
  {
    name: 'network_traffic_series',
    title: 'Traffic over time',
    description:
      'How traffic changed over time, up to years back, divided by application, site, edge device or IP version.\n' +
      'Default window: 24h. One rate a step for each of the largest keys, and `rest` for all others together.',
    route: routes.trafficSeries,
    defaults: { n: 5 },
    shape: { type: 'other', fit: (answer) => fitTrafficSeries(answer as unknown as TrafficSeries) },
  },
  {
    name: 'network_links',
    title: 'Links and their load',
    description:
      'Which links there are, whether they are up, and how full they are in each direction.\n' +
      'aToZ is what leaves end a. utilisation is the mean over the window by capacity, so a long window hides peaks; `now` ' +
      'is of the last seconds. null: not known. `expected` has the chance that a direction reaches that utilisation by then.',
    route: routes.links,
    shows: shortLinks,
    shape: wholeList,
  },
  {
    name: 'network_link_load',
    title: 'Load of one link over time',
    description:
      'How the load of one link changed over time: since when it is full, and in which direction.\n' +
      'Bits per second, one entry a step; compare with `capacity`. Names: network_links.',
    route: routes.linkLoad,
    shows: shortLinkLoad,
    shape: { type: 'other', fit: (answer) => fitSeries(answer, ['aToZ', 'zToA']) },
  },
  {
    name: 'network_transfer_time',
    title: 'Time of a transfer',
    description:
      'How long so many octets take from a site to others now, and with a private line: where to send work, or when.\n' +
      'milliseconds are beside what others send at present; null: full or not known, `because` says which. `room` is what ' +
      'all your transfers that way share. With lineRate also over a line; setUpMs comes on top.',
    route: routes.transferTimes,
    shape: { type: 'other', fit: fitWhole },
  },
  {
    name: 'network_devices',
    title: 'Routers and their exports',
    description:
      'Which routers there are, whether each exports flows, its coverage, its interfaces with index, site and rate.\n' +
      'Traffic of a device that is silent, undecoded (its template is missing) or of low coverage is missing in all figures.',
    route: routes.devices,
    shows: shortDevices,
    shape: wholeList,
  },
  {
    name: 'network_exporters',
    title: 'Export streams',
    description:
      'Each stream of NetFlow, IPFIX or sFlow that arrives: loss on the way, sampling rate, clock, missing templates.\n' +
      'Why the figures of a device cannot be trusted. `parked` and `givenUp` count data without template; lost.share is of ' +
      'the last hour.',
    route: routes.exporters,
    shows: shortExporters,
    shape: wholeList,
  },
  {
    name: 'network_ipv6_share',
    title: 'IPv4 and IPv6 over time',
    description:
      'How much of the traffic is IPv6, over time, and whether the share grows.\n' +
      '`trend` is the change of the share per day with its 95 % interval. Devices in `blind` never exported IPv6: their ' +
      'share is unknown, not zero.',
    route: routes.ipv6Share,
    shape: { type: 'other', fit: (answer) => fitSeries(answer, ['ipv4', 'ipv6']) },
  },
  {
    name: 'network_agents',
    title: 'AI agents of the network',
    description:
      'Which agents have published themselves: name, role, skills, where they are reached, at which site.\n' +
      'member is what the owner of a fleet says of it, all else what it says of itself. silent: no longer reports; away: has ended.',
    route: agentRoutes.list,
    shows: shortAgents,
    shape: wholeList,
  },
  {
    name: 'network_whois',
    title: 'Who is at an address',
    description:
      'Which agent is, or was, at an address (or address:port), and what is known of an agent: owner, roles, key, sessions.\n' +
      'asked: address, address:port, name, id, serial number or SPIFFE ID. `proof` claimed: only the agent itself says so. ' +
      'No agents: nobody is known there. Evidence for people: it entitles nobody to anything.',
    route: whoisRoutes.whois,
    shows: shortWhois,
    shape: { type: 'asked-list', list: 'agents', rest: 'ask for one port of the address' },
  },
  {
    name: 'network_sessions',
    title: 'Sessions between agents',
    description:
      'Which agents talk to which, over what paths, how often these changed, and how long they were silent.\n' +
      'Each end tells of its own, so most sessions are there twice. `moves`: changes of path; `gaps`: silences, in ms.',
    route: routes.sessions,
    shows: shortSessions,
    shape: wholeList,
  },
  {
    name: 'network_borders',
    title: 'Borders and their links',
    description:
      'Whether a link to a neighbour network is about to be full: load, capacity and threshold of parallel links.\n' +
      'At or above its threshold a link is likely to be full within the horizon; `upper` bounds its load until then. ' +
      '`prefixes`: what enters over which link. What to do about it: network_proposals.',
    route: routes.borders,
    shape: wholeList,
  },
  {
    name: 'network_proposals',
    title: 'Proposed moves of traffic',
    description:
      'Over which other links prefixes should enter, so that no border link gets full, and what became of it.\n' +
      'open: not in force; taken: in force; measured: effect known; relieved: the load fell without it; ' +
      'outdated: other moves would be better. Nothing is moved before a person approves it ' +
      '(vagus proposal approve ID) or, where network_borders says so, the controller.',
    route: routes.proposals,
    defaults: { n: 10 },
    shows: shortProposals,
    shape: { type: 'asked-list', list: 'items', rest: 'ask with state or a shorter last' },
  },
  {
    name: 'network_proposal',
    title: 'One proposal',
    description:
      'All about one proposal: why, what it should give, what else was considered, what came of it.\n' +
      '`outcome` compares peaks with what the same traffic would have given with the other choice. Ids: network_proposals.',
    route: routes.proposal,
    shows: shortProposal,
    shape: { type: 'other', fit: fitWhole },
  },
  {
    name: 'network_line_quote',
    title: 'Quote of a private line',
    description:
      'Whether a guaranteed rate between two sites is possible, over which links, and what would be instead.\n' +
      'It orders nothing. `path` is the index in `considered` of what would be taken.',
    route: lineRoutes.quote,
    shows: shortQuote,
    shape: { type: 'other', fit: fitWhole },
  },
  {
    name: 'network_lines',
    title: 'Private lines',
    description:
      'Which private lines there are or were, over which links, and what they delivered in the last minute.\n' +
      'moves: changes of path; steered false: packets go the usual way, as probes are lost.',
    route: lineRoutes.list,
    shows: shortLines,
    shape: wholeList,
  },
  {
    name: 'network_intents',
    title: 'What the operator wants',
    description:
      'What the operator wants of its network, whether each intent is met, and the evidence.\n' +
      'freeze: nothing new begins there; pin: a prefix enters only or never over links; keep-below, bounds, connect. ' +
      'degraded: it holds and is not met; translated: not now. Requests against an intent that holds are refused.',
    route: intentRoutes.list,
    shows: saidIntents,
    view: (answer) => intentsSaid(answer as unknown as IntentList),
    shape: wholeList,
  },
  {
    name: 'network_events',
    title: 'Events',
    description:
      'What happened: links down or congested, unusual traffic, exporters silent, lines moved, agents and sessions that came or went.\n' +
      'Without `after` the newest; oldest first. Ids grow by one, so the 30 before id 300 are after: 269.',
    route: routes.events,
    defaults: { limit: 30 },
    shows: toldEvents,
    view: (answer) => told(answer as unknown as EventList),
    shape: {
      type: 'asked-list',
      list: 'items',
      foremost: ({ after }) => (after === undefined ? 'last' : 'first'),
      rest: 'ask for others with after, or for fewer with topics',
    },
  },
]
