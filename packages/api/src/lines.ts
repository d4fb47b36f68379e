/**
 * Private lines: quotes, orders, and what they delivered.
 *
 *   POST   /v1/line-quotes   LineQuote      body: LineRequest
 *   GET    /v1/lines         LineList       state
 *   POST   /v1/lines         LineResource   body: LineRequest; operator only; Idempotency-Key: the same key is the same line
 *   GET    /v1/lines/{id}    LineResource
 *   PATCH  /v1/lines/{id}    LineResource   body: LineChange; operator only
 *   DELETE /v1/lines/{id}    LineResource   operator only; refuses one that is asked for
 *   POST   /v1/lines/{id}/approval   LineResource   of one that is asked for; operator only
 *
 * The parts of a line are agreed on with the agents of the devices (objective Line.Part), all or nothing.
 * @module
 */
import { z } from 'zod'
import { actorSchema } from './actor.ts'
import { durationPattern } from './duration.ts'
import { apiVersion } from './resources.ts'

const time = z.iso.datetime()
const rate = z.number().min(0).describe('bits per second')
const resource = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), ...shape })

export const lineRequestSchema = z.strictObject({
  from: z.string().describe('a site'),
  to: z.string().describe('another site'),
  bitsPerSecond: z.number().positive().describe('guaranteed, both ways, for IP packets of 1,200 octets'),
  for: z.string().regex(durationPattern).describe('how long, such as 1h; at most 31d'),
  start: time.optional().describe('default: now'),
  maxDelayMs: z.number().positive().optional().describe('one way, as measured'),
  protect: z.boolean().optional().describe('true: a second path is held, for when the first fails; default: false'),
})

const prefixes = z.array(z.string().max(43)).min(1).max(64)
const flowSchema = z.strictObject({
  from: prefixes.describe('prefixes within those of the site "from", such as 10.1.0.5/32'),
  to: prefixes.describe('prefixes within those of the site "to"'),
})
/** What operators may order, beyond what agents may. */
export const lineOrderSchema = lineRequestSchema.extend({
  flow: flowSchema.optional().describe('only packets between these; default: all that the two sites send each other'),
})

const hop = z.object({ link: z.string(), from: z.string(), to: z.string() })
const pathSchema = z.object({
  hops: z.array(hop),
  delayMs: z.number().nullable().describe('one way; null: of a link it is not known'),
  free: rate.describe('what the fullest link of it still has for lines in that time'),
  problem: z.string().nullable().describe('why it is not taken; null: it could be'),
})
const quoteShape = {
  from: z.string(),
  to: z.string(),
  bitsPerSecond: rate,
  onTheWire: rate.describe('what is kept free on each link: with the outer header'),
  start: time,
  end: time,
}
export const lineQuoteSchema = resource('LineQuote', {
  ...quoteShape,
  possible: z.boolean(),
  because: z.string().describe('in one sentence'),
  alternative: z
    .string()
    .nullable()
    .describe('what would be possible instead; null where it is possible, or nothing is'),
  path: z.number().int().nullable().describe('which of `considered` would be taken'),
  protection: pathSchema.nullable().describe('the second path, where one is asked for and possible'),
  considered: z.array(pathSchema),
})

const minuteSchema = z.object({
  at: time.describe('when the minute began'),
  seconds: z.number().describe('of it for which there are figures'),
  delivered: z.object({ forth: rate, back: rate }),
  dropped: z.object({ forth: z.int(), back: z.int() }).describe('packets beyond the rate, or lost in its queues'),
  roundTripMs: z.object({ p50: z.number(), p99: z.number() }).nullable(),
  probes: z.object({ sent: z.int(), lost: z.int() }),
})
export const lineStates = ['asked', 'booked', 'setting-up', 'active', 'moving', 'released', 'failed'] as const
const lineSchema = z.object({
  id: z.string(),
  ...quoteShape,
  by: actorSchema.describe('who ordered it'),
  state: z.enum(lineStates),
  since: time,
  because: z.string().describe('why it is in that state, and what was undone'),
  path: pathSchema.nullable().describe('over which it goes, or went last'),
  number: z.int().nullable().describe('of the path, in its SIDs'),
  setUpMs: z.number().nullable().describe('from the first question to the last router, to its last confirmation'),
  moves: z.int(),
  protection: z
    .object({
      state: z.enum(['ready', 'missing']),
      hops: z.array(hop).describe('of the second path; none: missing'),
      because: z.string(),
    })
    .nullable()
    .describe('null: none is asked for'),
  flow: flowSchema.optional().describe('the packets that it is for; missing: all that the two sites send each other'),
  steered: z.boolean().nullable().describe('false: an end sends past the line, because probes are lost'),
  last: minuteSchema.nullable(),
})
export const lineListSchema = resource('LineList', { now: time, items: z.array(lineSchema) })
export const lineResourceSchema = resource('Line', {
  now: time,
  ...lineSchema.shape,
  considered: z.array(pathSchema).describe('when it was ordered'),
  minutes: z.array(minuteSchema).describe('the last 1,440 at most, oldest first'),
  proof: z
    .string()
    .nullable()
    .describe('the figures signed by the controller’s agent: a compact JWS of type vagus-line-proof'),
})
const seconds = z.int().describe('seconds since 1970, as in RFC 7519')
/** Payload of the proof of a line. */
export const lineProofSchema = z.object({
  iss: z.string().describe('id of the agent that signs'),
  sub: z.string().describe('the line'),
  iat: seconds,
  from: z.string(),
  to: z.string(),
  rate: rate.describe('bits per second, as ordered'),
  start: seconds,
  end: seconds,
  state: z.enum(lineStates),
  path: z.array(z.string()).describe('its routers, or those that it went over last'),
  moves: z.int(),
  minutes: z.array(minuteSchema.extend({ at: seconds })).describe('oldest first'),
})
export const lineChangeSchema = z
  .strictObject({
    bitsPerSecond: z.number().positive().optional(),
    end: time.optional(),
    avoid: z
      .string()
      .nullable()
      .optional()
      .describe('a link or a node: the line moves to a path without it; null: nothing is to be avoided any more'),
    protect: z.boolean().optional().describe('whether a second path is held'),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'must change something')
export const linesQuerySchema = z.strictObject({ state: z.enum(lineStates).optional() })

export type LineRequest = z.infer<typeof lineOrderSchema>
export type LineQuote = z.infer<typeof lineQuoteSchema>
export type LinePath = z.infer<typeof pathSchema>
export type LineMinute = z.infer<typeof minuteSchema>
export type LineState = (typeof lineStates)[number]
export type Line = z.infer<typeof lineSchema>
export type LineList = z.infer<typeof lineListSchema>
export type LineResource = z.infer<typeof lineResourceSchema>
export type LineProof = z.infer<typeof lineProofSchema>
export type LineChange = z.infer<typeof lineChangeSchema>
