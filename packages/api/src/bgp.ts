/**
 * Answers of a BGP speaker beside a router: its peers, the routes of its tables, and the differences between two
 * tables. A device agent answers these itself; a controller passes the question to the agent that `device` names.
 *
 *   GET /v1/bgp/peers    BgpPeerList   device
 *   GET /v1/bgp/routes   BgpRoutes     device table family prefix match limit after
 *   GET /v1/bgp/diff     BgpDiff       device before after family limit
 *
 * A table is `rib` (the best routes of all peers), `adj-in/PEER`, `adj-out/PEER`, or `bmp/ROUTER/PEER/RIB` where RIB is
 * pre-policy, post-policy, adj-out-pre-policy, adj-out-post-policy or loc-rib (RFC 7854, 8671, 9069).
 * @module
 */
import { z } from 'zod'
import { apiVersion } from './resources.ts'

/** Maximum routes or differences per page. */
const maxBgpRoutes = 10_000

const count = z.int().min(0)
const time = z.iso.datetime()
const device = z.string().optional().describe('whose speaker answers, when a controller is asked')
const table = z
  .string()
  .regex(
    /^(rib|adj-(in|out)\/.+|bmp\/[^/]+\/[^/]+\/(pre-policy|post-policy|adj-out-pre-policy|adj-out-post-policy|loc-rib))$/,
    'must be rib, adj-in/PEER, adj-out/PEER or bmp/ROUTER/PEER/RIB',
  )
const family = z.enum(['ipv4-unicast', 'ipv6-unicast'])
const limit = z.coerce.number().int().min(1).max(maxBgpRoutes).default(100).describe('how many')

export const bgpPeersQuerySchema = z.strictObject({ device })
export const bgpRoutesQuerySchema = z.strictObject({
  device,
  table: table.default('rib'),
  family: family.default('ipv4-unicast'),
  prefix: z.string().optional().describe('only this prefix, or as `match` says'),
  match: z.enum(['exact', 'inside', 'covering']).default('exact'),
  limit,
  after: z.coerce.number().int().min(0).optional().describe('`next` of the previous page'),
})
export const bgpDiffQuerySchema = z.strictObject({
  device,
  before: table,
  after: table,
  family: family.default('ipv4-unicast'),
  limit,
})

const bgpPeerSchema = z.object({
  name: z.string(),
  address: z.string(),
  as: z.int(),
  group: z.string().nullable(),
  state: z.enum(['idle', 'connect', 'active', 'open-sent', 'open-confirm', 'established']),
  since: time,
  session: z
    .object({
      localAddress: z.string(),
      identifier: z.string().describe('of the peer'),
      holdTime: count.describe('seconds'),
      families: z.array(z.string()),
      gracefulRestart: z.enum(['negotiated', 'none']),
      refresh: z.enum(['none', 'plain', 'enhanced']),
      capabilities: z.array(count).describe('codes of capabilities unknown to the speaker'),
    })
    .nullable(),
  received: z.record(z.string(), count).describe('prefixes or NLRI, by family'),
  announced: z.record(z.string(), count),
  unsendable: count.describe('routes that are not announced: their attributes fit no message, or no next hop is known'),
  messagesIn: count,
  messagesOut: count,
  flaps: count.describe('sessions that ended'),
  faults: count.describe('UPDATE messages with faults (RFC 7606)'),
  lastReason: z.string().nullable().describe('why the last session or attempt ended'),
})

export const bgpPeerListSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('BgpPeerList'),
  device: z.string().nullable(),
  as: z.int(),
  identifier: z.string(),
  now: time,
  items: z.array(bgpPeerSchema),
})

const bgpPathSchema = z.object({
  pathId: count.nullable().describe('with ADD-PATH (RFC 7911)'),
  stale: z.boolean().describe('the peer went away and has not repeated it (RFC 4724)'),
  origin: z.enum(['igp', 'egp', 'incomplete']).nullable(),
  asPath: z.string().describe('as routers print it: sets in braces'),
  nextHop: z.string().nullable(),
  localPref: count.nullable(),
  med: count.nullable(),
  communities: z.array(z.string()).describe('standard, extended and large'),
  linkBandwidth: z.number().nullable().describe('bits per second (RFC 10005)'),
  unknown: z.array(count).describe('codes of unknown attributes'),
})

const bgpRouteSchema = z.object({
  prefix: z.string(),
  peer: z.string().nullable().describe('in `rib`: whose route is best'),
  paths: z.array(bgpPathSchema),
})

export const bgpRoutesSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('BgpRoutes'),
  device: z.string().nullable(),
  table: z.string(),
  family,
  total: count.describe('prefixes in the table'),
  next: count.nullable().describe('`after` of the next page; null on the last'),
  items: z.array(bgpRouteSchema),
})

export const bgpDiffSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('BgpDiff'),
  device: z.string().nullable(),
  before: z.string(),
  after: z.string(),
  family,
  total: count,
  items: z.array(z.object({ prefix: z.string(), before: bgpPathSchema.nullable(), after: bgpPathSchema.nullable() })),
})

export type BgpPeer = z.infer<typeof bgpPeerSchema>
export type BgpPeerList = z.infer<typeof bgpPeerListSchema>
export type BgpPath = z.infer<typeof bgpPathSchema>
export type BgpRoutes = z.infer<typeof bgpRoutesSchema>
export type BgpDiff = z.infer<typeof bgpDiffSchema>
