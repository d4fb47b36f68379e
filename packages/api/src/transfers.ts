/**
 * How long data take from one site to others:
 *
 *   GET /v1/transfer-times   TransferTimes   from, to, octets, lineRate
 *
 * @module
 */
import { z } from 'zod'
import { apiVersion } from './resources.ts'

/** Sites that are asked about at once. */
export const maxTransferTargets = 16
/** Of a transfer: a week at 13 Gbit/s. */
const maxTransferOctets = 1e15

const rate = z.number().min(0).describe('bits per second')
const milliseconds = z.number().nullable()

export const transferTimesQuerySchema = z.strictObject({
  from: z.string().min(1).describe('the site that sends'),
  to: z.string().min(1).describe(`other sites, up to ${maxTransferTargets}, separated by commas`),
  octets: z.coerce.number().int().min(1).max(maxTransferOctets).describe('how much is sent'),
  lineRate: z.coerce.number().positive().optional().describe('also with a private line of so many bits per second'),
})

const stepSchema = z.object({
  link: z.string(),
  direction: z.enum(['a-z', 'z-a']),
  capacity: rate,
  load: rate.nullable().describe('null: not known'),
  ageSeconds: z.number().nullable().describe('of the load; null: a mean of the last seconds'),
})

const itemSchema = z.object({
  to: z.string(),
  milliseconds: milliseconds.describe('until the last octet has left, beside what others send now; null: see because'),
  because: z.string().describe('what limits it, or why it cannot be told'),
  room: rate.nullable().describe('what the transfer gets, with headers; null: not known'),
  limit: stepSchema.nullable().describe('the link that limits it, or whose load is not known'),
  links: z.array(z.string()).describe('over which best effort goes; none: no way leads there'),
  line: z
    .object({
      possible: z.boolean(),
      because: z.string().describe('whose bounds are not asked: network_line_quote says whether you may'),
      milliseconds: milliseconds.describe('once the line is there; null: it is not possible'),
      setUpMs: milliseconds.describe('what lines took last to be there, median; null: there was none yet'),
    })
    .nullable()
    .describe('null: none was asked about'),
})

export const transferTimesSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('TransferTimes'),
  now: z.iso.datetime(),
  from: z.string(),
  octets: z.int(),
  items: z.array(itemSchema).describe('in the order of the question'),
})

export type TransferTimesQuery = z.infer<typeof transferTimesQuerySchema>
export type TransferTimes = z.infer<typeof transferTimesSchema>
