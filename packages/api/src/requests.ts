/**
 * Query parameters of the controller's resources, as they appear in a URL. `bgp.ts`, `telemetry.ts` and `steering.ts` hold
 * their own.
 *
 *   GET /v1/status                    Status
 *   GET /v1/flows/top                 FlowTop       by n last|from&to filter
 *   GET /v1/flows/export              Parquet       last|from&to
 *   GET /v1/matrix                    Matrix        between version cells last|from&to
 *   GET /v1/links                     LinkList      last
 *   GET /v1/links/{name}/load         LinkLoad      last
 *   GET /v1/devices                   DeviceList    last
 *   GET /v1/exporters                 ExporterList
 *   GET /v1/devices/{device}/interfaces  DeviceInterfaces: counters.ts
 *   GET /v1/topology                  Topology
 *   GET /v1/grasp/neighbours          NeighbourList
 *   GET /v1/traffic/ipv6-share        Ipv6Share     last
 *   GET /v1/traffic/series            TrafficSeries by n last|from&to filter
 *   GET /v1/unusual                   UnusualList   last: unusual.ts
 *   GET /v1/events                    EventList     after limit topics; with Accept: text/event-stream the stream
 *   GET /v1/agents                    AgentList     skill role n; without the documents
 *   GET, PUT /v1/agents/{name}        Agent         PUT: the signed document of the agent, application/jose
 *   DELETE /v1/agents/{name}          Agent         takes it off the list; from the host of the controller only
 *   PUT /v1/agents/{name}/sessions    its sessions, signed by it, application/jose
 *   GET /v1/sessions                  SessionList   agent peer
 *   GET /v1/commits                   CommitNoticeList  of AI agents at all routers
 *   GET /v1/rosters, …                rosters.ts
 *   GET /v1/joins, …                  joins.ts
 *   GET /v1/config                    the configuration in use
 *   /healthz  /readyz  /metrics  /openapi.json
 *
 * Errors are problem+json: `problem.ts`.
 * @module
 */
import { z } from 'zod'
import { durationPattern } from './duration.ts'
import { dimensions, filterDimensions } from './resources.ts'
import { maxSeriesLines, seriesDimensions } from './series.ts'

/** Maximum items of a top-N. */
export const maxTopItems = 1000
/** Maximum events per page. */
const maxEventsPerPage = 1000

const last = z
  .string()
  .regex(durationPattern, 'must be a number and s, m, h or d, such as 90s, 15m, 24h or 7d')
  .describe('the window that ends now: a number and s, m, h or d')
/** In a query `+` stands for a space: without its escape an offset loses its sign. */
const lostOffset = / \d\d:\d\d$/
const time = z.iso.datetime({
  offset: true,
  error: ({ input }) =>
    typeof input === 'string' && lostOffset.test(input)
      ? 'must have the + of its offset written as %2B'
      : 'must be RFC 3339, such as 2026-11-27T03:00:00Z',
})

/** `last`, or `from` with `to`; default the last five minutes. */
export const topQuerySchema = z.strictObject({
  by: z
    .string()
    .default('src,dst')
    .describe(`what to group by, up to five, separated by commas: ${dimensions.join(', ')}`),
  n: z.coerce.number().int().min(1).max(maxTopItems).default(20).describe('how many items'),
  last: last.optional(),
  from: time.optional().describe('start of the window'),
  to: time.optional().describe('end of the window'),
  filter: z
    .string()
    .max(1000)
    .optional()
    .describe(
      `dimension=value or dimension!=value, separated by commas; values of one dimension are alternatives, all dimensions must hold; ${filterDimensions.join(', ')}; host and port are those of either end; src, dst and host take prefixes; ports, dscp, tos, AS and interface numbers take ranges such as 443-445; dscp is tos >> 2`,
    ),
})
/** Of an export: `keptSince` of a resource. */
export const keptSinceHeader = 'vagus-kept-since'

/** `last`, or `from` with `to`, as above. */
export const exportQuerySchema = topQuerySchema.pick({ last: true, from: true, to: true })
/** `last`, or `from` with `to`; default the last 24 hours. `filter` as above, by the dimensions of `by` only. */
export const trafficSeriesQuerySchema = topQuerySchema.pick({ last: true, from: true, to: true, filter: true }).extend({
  by: z.enum(seriesDimensions).default('application').describe('what to divide the traffic by'),
  n: z.coerce.number().int().min(1).max(maxSeriesLines).default(8).describe('how many keys stand by themselves'),
})
/** `last`, or `from` with `to`; default the last minute. */
export const matrixQuerySchema = z.strictObject({
  between: z.enum(['sites', 'edges']).default('sites'),
  version: z.enum(['all', '4', '6']).default('all').describe('IP version'),
  cells: z
    .enum(['all', 'measured'])
    .default('all')
    .describe('measured: without estimates of what nobody measures, which are made between sites, of both versions'),
  ...exportQuerySchema.shape,
})
export const windowQuerySchema = z.strictObject({ last: last.default('1m') })
export const loadQuerySchema = z.strictObject({ last: last.default('15m') })
export const ipv6ShareQuerySchema = z.strictObject({ last: last.default('1h') })

/** First words of event names; `status` is not an event: see `eventsQuerySchema`. */
export const topics = [
  'controller',
  'config',
  'operator',
  'audit',
  'exporter',
  'link',
  'address',
  'agent',
  'session',
  'roster',
  'intent',
  'receiver',
  'store',
  'route',
  'commit',
  'join',
  'attempt',
  'snmp',
  'steering',
  'traffic',
  'line',
  'status',
] as const
export type Topic = (typeof topics)[number]

/**
 * As JSON: events with an id above `after`, oldest first. As `text/event-stream`: past events with an id above
 * `Last-Event-ID` (or `after`), then new ones. Each message has the event's id, its JSON as data, and no `event` field,
 * so that a browser's `onmessage` gets all of them. The topic `status`, which is off by default, adds messages with
 * `event: status` and a Status as data every two seconds, without an id. A stream that ends on purpose ends with a
 * message `event: end` whose data is a Problem with the reason; reconnect with `Last-Event-ID`.
 */
export const eventsQuerySchema = z.strictObject({
  after: z.coerce.number().int().min(0).optional().describe('only events with a larger id'),
  limit: z.coerce.number().int().min(1).max(maxEventsPerPage).default(100).describe('how many, as JSON'),
  topics: z
    .string()
    .optional()
    .describe(`separated by commas: ${topics.join(', ')}; default all but status`),
})
