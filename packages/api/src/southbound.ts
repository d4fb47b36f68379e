/**
 * What a device agent lets AI agents ask of its router, and change for a while. At the agent's own socket alone; members
 * of a fleet reach it over MCP.
 *
 *   GET    /v1/network                NetworkCapability
 *   POST   /v1/cli                    CliAnswer       body: CliRequest; only commands that read
 *   GET    /v1/config                 RouterConfig    the running configuration
 *   POST   /v1/commit-plans           CommitPlan      body: CommitRequest; changes nothing
 *   POST   /v1/commits                Commit          body: CommitRequest with `confirmWithin`
 *   GET    /v1/commits                CommitList      newest first
 *   GET    /v1/commits/{id}           Commit
 *   POST   /v1/commits/{id}/confirm   Commit          body: CommitEnd or none; it stays
 *   DELETE /v1/commits/{id}           Commit          body: CommitEnd or none; it is taken back
 *   GET    /v1/southbound-news        SouthboundNews  what its controller is told of all this
 *
 * Problems have types of problem-types.ts where a program must tell them apart; 503: the router does not answer (in time);
 * 422: it rejects the command, or cannot do that at all.
 *
 * A commit holds for `confirmWithin` seconds and then goes back by itself, also over kill -9 of the agent, unless it is
 * confirmed: "commit confirmed" of routers (RFC 6241 §8.4).
 * @module
 */
import { z } from 'zod'
import { type Actor, actorSchema } from './actor.ts'
import { apiVersion } from './resources.ts'

const time = z.iso.datetime()
const resource = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), ...shape })
const lines = z.array(z.string().max(1024))

/** Of all lines of a commit together: who may commit does not say how much is kept of the last 64. */
export const maxCommitCharacters = 65_536
/** Octets of an answer of the router; what is longer is cut, and says so. */
export const maxCliOctets = 262_144
/** Seconds; RFC 6241 §8.4.1 has no upper bound, and a change that nobody keeps must not stay for days. */
export const confirmWithinBounds = { min: 10, max: 3600, usual: 120 } as const

const networkCapabilitySchema = resource('NetworkCapability', {
  device: z.string(),
  software: z.string().describe('such as "FRRouting 8.4.4"'),
  cliDialect: z.enum(['frr', 'bird', 'gobgp', 'netconf']),
  configDatastore: z.array(z.enum(['running', 'candidate'])),
  supportsRollback: z.boolean(),
  rollbackTimeout: z.int().describe('seconds: `confirmWithin` at most; 0: it changes nothing'),
  maxBulkEdit: z.int().describe('lines in one commit at most'),
  configures: z
    .array(z.string())
    .describe('which lines a commit may have, as patterns of the operator; none: it only reads'),
})

export const cliRequestSchema = z.strictObject({
  command: z.string().min(1).max(512).describe('one command that only reads, such as "show bgp summary"'),
  timeout: z.int().min(1).max(300).default(30).describe('seconds'),
  by: actorSchema.optional().describe('who asks, where the caller of the socket speaks for somebody'),
})
const cliAnswerSchema = resource('CliAnswer', {
  device: z.string(),
  command: z.string(),
  output: z.string(),
  truncated: z.boolean(),
})
const routerConfigSchema = resource('RouterConfig', {
  device: z.string(),
  revision: z.string().describe('of the text: another text has another one'),
  text: z.string(),
})

export const commitRequestSchema = z.strictObject({
  commands: lines
    .min(1)
    .max(500)
    .refine((all) => all.reduce((sum, line) => sum + line.length, 0) <= maxCommitCharacters, {
      error: `a commit has at most ${maxCommitCharacters} characters in all of its lines; make several of it`,
    })
    .describe('lines of configuration in the words of the router, with those that open a context before them'),
  base: z.string().optional().describe('revision for which it was written; any other is refused'),
  comment: z.string().max(500).default('').describe('why, for people'),
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/)
    .optional()
    .describe('of the client: a second request with it is answered with the first one’s commit'),
  confirmWithin: z
    .int()
    .min(confirmWithinBounds.min)
    .max(confirmWithinBounds.max)
    .default(confirmWithinBounds.usual)
    .describe('seconds after which it goes back unless it is confirmed'),
  by: actorSchema.optional().describe('who asks, where the caller of the socket speaks for somebody'),
})
export const commitEndSchema = z.strictObject({
  by: actorSchema.optional().describe('who asks, where the caller of the socket speaks for somebody'),
})
export const commitPlanSchema = resource('CommitPlan', {
  device: z.string(),
  base: z.string(),
  commands: lines.describe('as they would be sent'),
  refused: z
    .array(z.object({ line: z.string(), problem: z.string() }))
    .describe('what the operator of the device does not allow, and what would be right; empty: it may be committed'),
  added: lines.optional().describe('what it would bring, as of a commit; absent: the router cannot try a change'),
  removed: lines.optional(),
  problem: z.string().optional().describe('what the router itself says against it'),
})

const commitStates = ['pending', 'confirmed', 'reverted', 'refused', 'stuck'] as const
export const commitSchema = z.object({
  id: z.string().describe('such as commit-7'),
  state: z
    .enum(commitStates)
    .describe(
      'refused: the router did not take it, and is as before; stuck: it could not be taken back whole, and is tried again',
    ),
  by: actorSchema,
  comment: z.string(),
  commands: lines,
  added: lines.describe(
    'lines of the running configuration that it brought, each behind its contexts: "interface eth1 / description x"',
  ),
  removed: lines.describe('and those that it took away'),
  base: z.string(),
  at: time,
  trace: z.string().optional().describe('traceparent of whoever asked for it; absent: it belongs to no trace'),
  goesBackAt: time.nullable().describe('of a pending one'),
  problem: z.string().nullable().describe('why it could not be taken back yet; null: it was not tried, or it is over'),
  ended: z
    .object({
      at: time,
      by: actorSchema
        .nullable()
        .describe('null: nobody; its time was over, the router rejected it, or the agent ended'),
      because: z.string(),
    })
    .nullable(),
})
const commitResourceSchema = resource('Commit', { device: z.string(), ...commitSchema.shape })
const commitListSchema = resource('CommitList', { device: z.string(), now: time, items: z.array(commitSchema) })

/** Of the exchange in which an agent beside a router tells its controller SouthboundNews, one JSON text a message. */
export const newsProtocol = 'vagus/southbound-news/1'
/** Entries of one message to a controller: all commits that an agent keeps, and all attempts. */
export const maxNews = 256
const told = z.string().max(2000)

/** A commit without its lines: whoever wants them asks the device. */
const commitNoticeSchema = commitSchema.omit({ commands: true, base: true }).extend({
  id: z.string().max(64),
  comment: told,
  trace: told.optional(),
  added: z.int().min(0).describe('lines of the running configuration that it brought'),
  removed: z.int().min(0).describe('and that it took away'),
  problem: told.nullable(),
  ended: z.object({ at: time, by: actorSchema.nullable(), because: told }).nullable(),
})
/** What a caller tried and may not: the first time by itself, further ones within a minute together. */
const attemptNoticeSchema = z.object({
  id: z.string().max(64).describe('of the telling; another one after a start of the agent'),
  by: actorSchema,
  what: told.describe('of the last attempt, such as a line of configuration'),
  problem: told.describe('why it may not'),
  count: z.int().min(1),
  from: time,
  to: time,
})
export const southboundNewsSchema = resource('SouthboundNews', {
  device: z.string(),
  commits: z.array(commitNoticeSchema).max(maxNews),
  attempts: z.array(attemptNoticeSchema).max(maxNews),
})
/** Of all devices that tell their controller, newest first. */
export const commitNoticeListSchema = resource('CommitNoticeList', {
  now: time,
  items: z.array(commitNoticeSchema.extend({ device: z.string() })),
})

export type CommitNotice = z.infer<typeof commitNoticeSchema>
export type AttemptNotice = z.infer<typeof attemptNoticeSchema>
export type SouthboundNews = z.infer<typeof southboundNewsSchema>
export type CommitNoticeList = z.infer<typeof commitNoticeListSchema>
export type NetworkCapability = z.infer<typeof networkCapabilitySchema>
export type CliRequest = z.infer<typeof cliRequestSchema>
export type CliAnswer = z.infer<typeof cliAnswerSchema>
export type RouterConfig = z.infer<typeof routerConfigSchema>
export type CommitRequest = z.infer<typeof commitRequestSchema>
export type CommitEnd = z.infer<typeof commitEndSchema>
export type CommitPlan = z.infer<typeof commitPlanSchema>
export type Commit = z.infer<typeof commitSchema>
export type CommitResource = z.infer<typeof commitResourceSchema>
export type CommitList = z.infer<typeof commitListSchema>
export type { Actor }
