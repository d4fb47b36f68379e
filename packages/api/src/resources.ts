/**
 * Resources of the controller, with a schema each. The command line prints the same objects with `--json`.
 * Times are RFC 3339 in UTC, rates bits per second, shares 0..1. Every figure taken from flows carries its window and
 * its coverage: what flows saw as a share of what the interface counters saw, null where there are no counters.
 * @module
 */
import { z } from 'zod'
import { counterSource, deviceCountersSchema } from './counters.ts'
import { seriesDimensions } from './series.ts'

export const apiVersion = 'vagus/v1'

const resource = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), ...shape })

const time = z.iso.datetime()
const share = z.number().min(0)
const rate = z.number().min(0).describe('bits per second')
const count = z.int().min(0)

const windowSchema = z.object({ from: time, to: time, seconds: z.number() })
const keptSince = time
  .optional()
  .describe('where what the question asks for was removed from the start of the window: since when it is kept')
const coverage = share.nullable().describe('flow octets / counter octets over the window; null without counters')

/** Something that makes figures wrong or missing, and the command or setting that fixes it. */
const qualitySchema = z.object({
  severity: z.enum(['warning', 'error']),
  kind: z
    .enum(['silent', 'sampling', 'clock', 'loss', 'other'])
    .describe(
      'what is wrong with an exporter: no flows (lately, or ever), its sampling rate, its clock, loss on the way',
    ),
  subject: z.string(),
  problem: z.string(),
  fix: z.string(),
})

export const statusSchema = resource('Status', {
  domain: z.string(),
  as: z.int().nullable(),
  substrate: z.string().nullable(),
  version: z.string(),
  now: time,
  startedAt: time,
  ready: z.boolean(),
  devices: z.object({ total: count, exporting: count, silent: count }),
  counters: z
    .object({ sflow: count, snmp: count, none: count })
    .optional()
    .describe('devices by where their interface counters come from; a device with both counts in both'),
  links: z.object({
    total: count,
    down: count,
    busiest: z
      .object({ name: z.string(), utilisation: share })
      .nullable()
      .describe('by counters, over the last minute'),
  }),
  sites: count,
  flows: z.object({
    records: count.describe('since the start'),
    recordsPerSecond: z.number(),
    lost: z.number().describe('records that exporters sent and we did not receive, since the start'),
    lastAt: time.nullable(),
    wanted: z.boolean().optional().describe('false: it takes none, or is there for a fleet of agents alone'),
  }),
  traffic: z.object({ window: windowSchema, bitsPerSecond: rate, ipv6Share: share.nullable(), coverage }),
  store: z.object({
    state: z
      .enum(['ok', 'disk-full', 'failed', 'unknown'])
      .describe('unknown: it does not answer, and its figures mean nothing'),
    records: count,
    octets: count,
    oldest: time.nullable(),
    lagSeconds: z.number().describe('age of the oldest record that is not yet queryable'),
    waiting: count.describe('records that wait in memory because the disk refuses them'),
    dropped: count.describe('records given up since the start because the disk refused them for too long'),
    disk: z
      .object({ folder: z.string().describe("on the controller's host"), freeOctets: z.number() })
      .nullable()
      .describe('the folder of the state and the free space there; null when the file system does not say'),
  }),
  lines: z
    .object({
      there: count.describe('active or moving'),
      coming: count.describe('booked or being set up'),
      missing: count.describe('of those there: packets go past them, as probes are lost'),
    })
    .optional()
    .describe('private lines; absent where the configuration has none'),
  intents: z
    .object({
      epoch: z.int().describe('of the set in force; 0: none'),
      total: z.int(),
      met: z.int().describe('that hold now and are met'),
      unmet: z.int().describe('that are degraded, in conflict, or refused'),
    })
    .optional()
    .describe('what the operator wants; absent where the configuration has no owner of intents'),
  quality: z.array(qualitySchema),
})

/** Dimensions by which flows can be grouped. */
export const dimensions = [
  'src',
  'dst',
  'srcPort',
  'dstPort',
  'protocol',
  'application',
  'srcSite',
  'dstSite',
  'ingress',
  'egress',
  'exporter',
  'inIf',
  'outIf',
  'srcAs',
  'dstAs',
  'version',
  'tos',
] as const
export type Dimension = (typeof dimensions)[number]

/** What a filter can name besides: the address or port of either end, and the upper six bits of `tos` (RFC 2474). */
export const filterDimensions = [...dimensions, 'host', 'port', 'dscp'] as const
export type FilterDimension = (typeof filterDimensions)[number]

const agentMarkSchema = z.object({
  name: z.string().describe('of the agent; or how many share the address'),
  id: z.string().nullable().describe('null: several share the address'),
})

export const flowTopSchema = resource('FlowTop', {
  window: windowSchema,
  keptSince,
  by: z.array(z.enum(dimensions)),
  method: z.enum(['exact', 'space-saving']),
  coverage,
  total: z.object({
    octets: count,
    packets: count,
    flows: count,
    bitsPerSecond: rate,
  }),
  items: z.array(
    z.object({
      key: z
        .record(z.string(), z.string())
        .describe(
          'by dimension; a dstPort of ICMP is its type and code, 8/0, and all ICMP has the ports icmp where the protocol is not among the dimensions',
        ),
      octets: count,
      packets: count,
      flows: count,
      bitsPerSecond: rate,
      share,
      error: count.describe('the true octets are within octets-error..octets'),
      agents: z
        .object({ src: agentMarkSchema.optional(), dst: agentMarkSchema.optional() })
        .optional()
        .describe(
          'agents at the addresses, of the port where the dimensions have it: other programs may share an address',
        ),
    }),
  ),
})

export const matrixSchema = resource('Matrix', {
  window: windowSchema,
  keptSince,
  between: z.enum(['sites', 'edges']),
  version: z.enum(['all', '4', '6']),
  names: z.array(z.string()),
  bitsPerSecond: z.array(z.array(rate)).describe('[source][sink], in the order of names'),
  ipv6Share: z.array(z.array(share.nullable())).describe('[source][sink], null where nothing flowed'),
  total: rate,
  unresolved: rate.describe('traffic of unknown source or sink'),
  coverage,
  estimated: z
    .object({
      cells: z.array(z.array(z.boolean())).describe('[source][sink]: true where the rate is an estimate'),
      devices: z.array(z.string()).describe('whose flows are missing or do not cover what their counters saw'),
      share: share.describe('of the traffic of this matrix, 0..1'),
      explained: share
        .nullable()
        .describe('how much of the link loads the matrix gives, 0..1: little says that traffic takes other paths'),
      error: share
        .nullable()
        .describe(
          'how far off such estimates were while the cells were still measured: root of their squared errors by that of the squared rates; null: never tried',
        ),
    })
    .optional()
    .describe(
      'absent where every cell is measured, where none was asked for, and where nothing is known to estimate by',
    ),
})

const directionLoad = z.object({
  bitsPerSecond: rate.nullable().describe('from interface counters where there are any, else from flows'),
  utilisation: share.nullable(),
  fromFlows: rate.nullable(),
  fromCounters: rate.nullable(),
  now: rate.nullable().describe('of the last seconds, whatever the window; null without interface counters'),
  coverage,
})
const chance = z.number().min(0).max(1)
/** Whether a link is about to be full. */
const expectedSchema = z.object({
  utilisation: share.describe('the threshold: of the capacity, as for link.congested'),
  by: time,
  aToZ: chance.nullable().describe('that the load reaches the threshold by then; 1: it has; null: not known'),
  zToA: chance.nullable(),
  unknown: z.string().optional().describe('why a chance is not known'),
})
const linkSchema = z.object({
  name: z.string(),
  a: z.object({ node: z.string(), interface: z.string().nullable() }),
  z: z.object({ node: z.string(), interface: z.string().nullable() }),
  capacity: rate,
  state: z.enum(['up', 'down', 'unknown']),
  aToZ: directionLoad,
  zToA: directionLoad,
  measured: z
    .object({
      by: z.string().describe('the device whose agent measured'),
      capacity: rate.describe('as the shaper or the driver reports it'),
      aToZ: rate,
      zToA: rate,
      congested: z.enum(['no', 'a-z', 'z-a', 'both']),
      delayMicroseconds: z.number().nullable().describe('one way'),
      ageSeconds: z.number(),
    })
    .optional()
    .describe('as reported over BGP by the agent at one end; absent without one'),
  expected: expectedSchema.optional().describe('absent without interface counters'),
  counters: z
    .object({ from: counterSource, since: time, device: z.string() })
    .optional()
    .describe('who tells the load, and since when; absent without interface counters'),
})
export const linkListSchema = resource('LinkList', { window: windowSchema, items: z.array(linkSchema) })

/** Load of one link over time; arrays have one entry per step, null where it is unknown. */
export const linkLoadSchema = resource('LinkLoad', {
  name: z.string(),
  capacity: rate,
  window: windowSchema,
  stepSeconds: z.number(),
  source: z.enum(['counters', 'flows']),
  aToZ: z.array(rate.nullable()),
  zToA: z.array(rate.nullable()),
  expected: expectedSchema.optional().describe('whether it is about to be full; absent without interface counters'),
})

const clock = z
  .object({
    behindSeconds: z.int().describe("by how much it is behind the controller's; negative is ahead"),
    isWrong: z.boolean().describe('off by more than a minute: the times of its flows are corrected by the difference'),
  })
  .nullable()
  .describe("the exporter's clock; null when it sends no time (sFlow)")

const exporterSchema = z.object({
  address: z.string(),
  port: z.int(),
  domain: z.int(),
  protocol: z.enum(['netflow5', 'netflow9', 'ipfix', 'sflow5']),
  device: z.string().nullable().describe('the configured device with this address'),
  firstAt: time,
  lastAt: time,
  datagrams: count,
  records: count,
  templates: count,
  parked: count.describe('data sets that wait for their template'),
  givenUp: count.describe('data sets that were given up because their template did not arrive'),
  undecoded: count.describe(
    'units, as in `lost`, that were received and given up because their template did not arrive',
  ),
  malformed: count,
  lost: z.object({
    units: z.number().describe('since the stream was first seen'),
    unit: z.enum(['records', 'datagrams', 'samples']),
    rule: z.string().describe('the counting rule learned for this exporter'),
    share: share.describe('of what was sent within the last hour'),
  }),
  sampling: z.object({ rate: count, from: z.string() }).nullable().describe('null while the rate is unknown'),
  clock,
})
export const exporterListSchema = resource('ExporterList', {
  now: time,
  items: z.array(exporterSchema),
  counters: z.array(deviceCountersSchema).optional().describe('where interface counters come from, by device'),
})

const deviceSchema = z.object({
  name: z.string(),
  role: z.enum(['edge', 'core']),
  address: z.string(),
  state: z
    .enum(['exporting', 'undecoded', 'silent', 'never'])
    .describe('undecoded: data arrives but none of it could be decoded, as its template does not'),
  lastAt: time.nullable(),
  recordsPerSecond: z.number(),
  lostShare: share.nullable().describe('of what was sent within the last hour; null where nothing was'),
  samplingRate: count.nullable(),
  clock,
  protocols: z.array(z.string()),
  counters: z.boolean().describe('interface counters arrive'),
  agent: z
    .object({ id: z.string(), connectedSince: time.nullable().describe('null: it is not connected') })
    .optional()
    .describe('the agent that is asked when proposals are approved; absent without devices.id'),
  coverage,
  interfaces: z.array(
    z.object({
      name: z.string(),
      index: z.int(),
      site: z.string().nullable(),
      state: z.enum(['up', 'down', 'unknown']),
      inBitsPerSecond: rate.nullable(),
      outBitsPerSecond: rate.nullable(),
    }),
  ),
})
export const deviceListSchema = resource('DeviceList', {
  now: time,
  window: windowSchema,
  items: z.array(deviceSchema),
})

export const topologySchema = resource('Topology', {
  nodes: z.array(
    z.object({ name: z.string(), kind: z.enum(['edge', 'core', 'site', 'neighbour']), as: z.int().nullable() }),
  ),
  links: z.array(z.object({ name: z.string(), a: z.string(), z: z.string(), capacity: rate })),
})

/** IPv6 share over time, with its trend if there are enough points. */
export const ipv6ShareSchema = resource('Ipv6Share', {
  window: windowSchema,
  stepSeconds: z.number(),
  ipv4: z.array(rate),
  ipv6: z.array(rate),
  share: share.nullable(),
  trend: z
    .object({ perDay: z.number(), low: z.number(), high: z.number() })
    .nullable()
    .describe('change of the share per day (Theil–Sen) with its 95 % interval; null under ten points'),
  blind: z.array(z.string()).describe('devices that never exported IPv6: their share is unknown, not zero'),
  coverage,
})

const rates = z.array(rate.nullable()).describe('one entry a step, null where nothing is known')

/** Traffic over time: `items` and `rest` add up to all of it that the filter leaves. */
export const trafficSeriesSchema = resource('TrafficSeries', {
  window: windowSchema,
  stepSeconds: z.number(),
  by: z.enum(seriesDimensions),
  items: z.array(z.object({ key: z.string(), bitsPerSecond: rates })).describe('largest in the window first'),
  rest: rates.describe('all other keys together, one entry a step'),
  coverage,
})

export type Status = z.infer<typeof statusSchema>
export type Quality = z.infer<typeof qualitySchema>
export type Window = z.infer<typeof windowSchema>
export type FlowTop = z.infer<typeof flowTopSchema>
export type Matrix = z.infer<typeof matrixSchema>
export type Link = z.infer<typeof linkSchema>
export type Expected = z.infer<typeof expectedSchema>
export type LinkList = z.infer<typeof linkListSchema>
export type LinkLoad = z.infer<typeof linkLoadSchema>
export type Exporter = z.infer<typeof exporterSchema>
export type ExporterList = z.infer<typeof exporterListSchema>
export type Device = z.infer<typeof deviceSchema>
export type DeviceList = z.infer<typeof deviceListSchema>
export type Topology = z.infer<typeof topologySchema>
export type Ipv6Share = z.infer<typeof ipv6ShareSchema>
export type TrafficSeries = z.infer<typeof trafficSeriesSchema>
