/** Address, query and answers of every resource, from which /openapi.json is made. @module */
import {
  bgpDiffQuerySchema,
  bgpPeersQuerySchema,
  bgpRoutesQuerySchema,
  eventsQuerySchema,
  exportQuerySchema,
  ipv6ShareQuerySchema,
  keptSinceHeader,
  loadQuerySchema,
  matrixQuerySchema,
  sessionsQuerySchema,
  topQuerySchema,
  trafficSeriesQuerySchema,
  windowQuerySchema,
} from '@vagus/api'
import { proposalsQuerySchema } from '@vagus/api/steering'
import { deviceTopQuerySchema } from '@vagus/api/telemetry'
import { transferTimesQuerySchema } from '@vagus/api/transfers'
import { unusualQuerySchema } from '@vagus/api/unusual'
import { createRoute, z } from '@hono/zod-openapi'
import { named } from './named.ts'
import { problemContent } from './problem.ts'

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  200: { description, content: { 'application/json': { schema } } },
})
const refused = {
  400: { description: 'the query is wrong; `errors` says what would be right', content: problemContent },
}
const absent = { 404: { description: 'there is none of that name or id', content: problemContent } }
const unavailable = { 503: { description: 'not now; `detail` says why', content: problemContent } }
/** The device whose agent answers; not needed when the agent itself is asked. */
const device = { device: z.string().describe('name of the device') }
/** For resources without parameters: refuses any parameter instead of ignoring it. */
const noQuery = { query: z.strictObject({}) }

export const routes = {
  status: createRoute({
    method: 'get',
    path: '/v1/status',
    summary: 'How the domain is, in one look',
    request: noQuery,
    responses: { ...json(named.status, 'the status'), ...refused, ...unavailable },
  }),
  top: createRoute({
    method: 'get',
    path: '/v1/flows/top',
    summary: 'The largest groups of flows',
    request: { query: topQuerySchema },
    responses: { ...json(named.flowTop, 'largest first'), ...refused, ...unavailable },
  }),
  export: createRoute({
    method: 'get',
    path: '/v1/flows/export',
    summary: 'Single flow records for other programs',
    description:
      'Records that ended in the window: addresses as text, times as timestamps, volumes as exported. Where not all of ' +
      `the window is kept, the header ${keptSinceHeader} says since when it is (RFC 3339).`,
    request: { query: exportQuerySchema },
    responses: {
      200: {
        description: 'a Parquet file',
        content: { 'application/vnd.apache.parquet': { schema: z.string().meta({ format: 'binary' }) } },
      },
      ...refused,
      ...unavailable,
    },
  }),
  matrix: createRoute({
    method: 'get',
    path: '/v1/matrix',
    summary: 'How much flows from where to where',
    request: { query: matrixQuerySchema },
    responses: { ...json(named.matrix, 'the traffic matrix'), ...refused, ...unavailable },
  }),
  links: createRoute({
    method: 'get',
    path: '/v1/links',
    summary: 'Links with state and load',
    request: { query: windowQuerySchema },
    responses: { ...json(named.linkList, 'all configured links'), ...refused, ...unavailable },
  }),
  linkLoad: createRoute({
    method: 'get',
    path: '/v1/links/{name}/load',
    summary: 'Load of one link over time',
    request: { params: z.object({ name: z.string().describe('name of the link') }), query: loadQuerySchema },
    responses: { ...json(named.linkLoad, 'one entry a step'), ...refused, ...absent, ...unavailable },
  }),
  transferTimes: createRoute({
    method: 'get',
    path: '/v1/transfer-times',
    summary: 'How long data take from one site to others, by best effort and with a private line',
    description: 'Beside what is sent now: it keeps no room, and whoever comes later slows a transfer down.',
    request: { query: transferTimesQuerySchema },
    responses: { ...json(named.transferTimes, 'in the order of the question'), ...refused, ...unavailable },
  }),
  devices: createRoute({
    method: 'get',
    path: '/v1/devices',
    summary: 'Devices with their exports and interfaces',
    request: { query: windowQuerySchema },
    responses: { ...json(named.deviceList, 'all configured devices'), ...refused, ...unavailable },
  }),
  deviceInterfaces: createRoute({
    method: 'get',
    path: '/v1/devices/{device}/interfaces',
    summary: 'All interfaces of a device that is asked by SNMP',
    request: { params: z.object({ device: z.string().describe('name of the device') }) },
    responses: { ...json(named.deviceInterfaces, 'as last listed'), ...refused, ...absent },
  }),
  exporters: createRoute({
    method: 'get',
    path: '/v1/exporters',
    summary: 'Every export stream that arrives, of devices or not',
    request: noQuery,
    responses: { ...json(named.exporterList, 'in the order first seen'), ...refused, ...unavailable },
  }),
  topology: createRoute({
    method: 'get',
    path: '/v1/topology',
    summary: 'Nodes and links as configured',
    request: noQuery,
    responses: { ...json(named.topology, 'the topology'), ...refused },
  }),
  neighbours: createRoute({
    method: 'get',
    path: '/v1/grasp/neighbours',
    summary: 'Agents heard on the same links',
    request: noQuery,
    responses: { ...json(named.neighbourList, 'in the order last heard'), ...refused },
  }),
  ipv6Share: createRoute({
    method: 'get',
    path: '/v1/traffic/ipv6-share',
    summary: 'IPv4 and IPv6 over time, and the trend of the share',
    request: { query: ipv6ShareQuerySchema },
    responses: { ...json(named.ipv6Share, 'one entry a step'), ...refused, ...unavailable },
  }),
  trafficSeries: createRoute({
    method: 'get',
    path: '/v1/traffic/series',
    summary: 'How much flows over time, by one dimension',
    description: 'From rollups, which are kept for years: the largest keys of the window, and all others together.',
    request: { query: trafficSeriesQuerySchema },
    responses: { ...json(named.trafficSeries, 'one entry a step'), ...refused, ...unavailable },
  }),
  unusual: createRoute({
    method: 'get',
    path: '/v1/unusual',
    summary: 'What is unlike its own past, since when, and what accounts for it',
    request: { query: unusualQuerySchema },
    responses: { ...json(named.unusualList, 'newest first'), ...refused, ...unavailable },
  }),
  commits: createRoute({
    method: 'get',
    path: '/v1/commits',
    summary: 'What AI agents and people committed at routers, without the lines',
    description: 'Of all agents beside routers that tell this controller. The agent of a device has the lines.',
    request: noQuery,
    responses: { ...json(named.commitNoticeList, 'newest first'), ...refused },
  }),
  telemetryLinks: createRoute({
    method: 'get',
    path: '/v1/telemetry/links',
    summary: 'Links as the agents beside the routers measure them',
    request: noQuery,
    responses: { ...json(named.linkTelemetryList, 'by device and interface, with the age of each figure'), ...refused },
  }),
  telemetryTop: createRoute({
    method: 'get',
    path: '/v1/telemetry/top',
    summary: "The heaviest of one device's traffic, as its agent tells it",
    request: { query: deviceTopQuerySchema },
    responses: { ...json(named.deviceTop, 'largest first'), ...refused, ...absent, ...unavailable },
  }),
  agent: createRoute({
    method: 'get',
    path: '/v1/agent',
    summary: "A device's agent: its router, sessions, policy and links",
    request: { query: z.strictObject(device) },
    responses: { ...json(named.deviceAgent, 'as the agent answers'), ...refused, ...absent, ...unavailable },
  }),
  bgpPeers: createRoute({
    method: 'get',
    path: '/v1/bgp/peers',
    summary: "The BGP peers of a device's router",
    request: { query: bgpPeersQuerySchema.extend(device) },
    responses: { ...json(named.bgpPeerList, 'as the agent answers'), ...refused, ...absent, ...unavailable },
  }),
  bgpRoutes: createRoute({
    method: 'get',
    path: '/v1/bgp/routes',
    summary: "The routes in a table of a device's router",
    request: { query: bgpRoutesQuerySchema.extend(device) },
    responses: { ...json(named.bgpRoutes, 'as the agent answers'), ...refused, ...absent, ...unavailable },
  }),
  bgpDiff: createRoute({
    method: 'get',
    path: '/v1/bgp/diff',
    summary: "What differs between two tables of a device's router",
    request: { query: bgpDiffQuerySchema.extend(device) },
    responses: { ...json(named.bgpDiff, 'as the agent answers'), ...refused, ...absent, ...unavailable },
  }),
  actuations: createRoute({
    method: 'get',
    path: '/v1/bgp/actuations',
    summary: "The traffic classes in force at a device's router",
    request: { query: z.strictObject(device) },
    responses: { ...json(named.actuationList, 'as the agent answers'), ...refused, ...absent, ...unavailable },
  }),
  borders: createRoute({
    method: 'get',
    path: '/v1/borders',
    summary: 'Borders with several links: load, threshold, and what enters where',
    request: noQuery,
    responses: { ...json(named.borderList, 'in the order of the sites'), ...refused, ...unavailable },
  }),
  proposals: createRoute({
    method: 'get',
    path: '/v1/proposals',
    summary: 'Over which links traffic should enter instead',
    request: { query: proposalsQuerySchema },
    responses: { ...json(named.proposalList, 'newest first'), ...refused },
  }),
  proposal: createRoute({
    method: 'get',
    path: '/v1/proposals/{id}',
    summary: 'One proposal: why, what it would give, what else was considered, what became of it',
    request: { params: z.object({ id: z.string().describe('such as transit-7') }), ...noQuery },
    responses: { ...json(named.proposal, 'the proposal'), ...refused, ...absent },
  }),
  sessions: createRoute({
    method: 'get',
    path: '/v1/sessions',
    summary: 'Sessions between agents, as each end tells of its own',
    request: { query: sessionsQuerySchema },
    responses: { ...json(named.sessionList, 'by agent and peer'), ...refused, ...absent },
  }),
  config: createRoute({
    method: 'get',
    path: '/v1/config',
    summary: 'The configuration in use, defaults filled in',
    request: noQuery,
    responses: { ...json(named.config, 'the configuration'), ...refused },
  }),
  events: createRoute({
    method: 'get',
    path: '/v1/events',
    summary: 'Events, as a page or as a stream',
    description:
      'With `Accept: text/event-stream` the stream: each message has the id and the JSON of one event; resume with ' +
      '`Last-Event-ID` (or `after`). The topic `status` adds messages `event: status` every two seconds. A stream that ' +
      'ends on purpose ends with `event: end` and a problem.',
    request: { query: eventsQuerySchema },
    responses: {
      200: {
        description: 'events, oldest first',
        content: {
          'application/json': { schema: named.eventList },
          'text/event-stream': { schema: z.string() },
        },
      },
      ...refused,
      ...unavailable,
    },
  }),
  healthz: createRoute({
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process is alive',
    responses: json(named.health, 'it is'),
  }),
  readyz: createRoute({
    method: 'get',
    path: '/readyz',
    summary: 'Whether the controller can do its work',
    responses: {
      ...json(named.health, 'it can'),
      503: { description: 'it cannot', content: { 'application/json': { schema: named.health } } },
    },
  }),
  metrics: createRoute({
    method: 'get',
    path: '/metrics',
    summary: 'Figures for Prometheus',
    responses: { 200: { description: 'in its text format', content: { 'text/plain': { schema: z.string() } } } },
  }),
}
