/**
 * Private lines as agents of a fleet order them, over the controller's MCP as a member of the fleet: tools
 * `network_line_quote`, `network_line_order`, `network_line`, `network_line_change` and `network_line_release`. Bounds are in
 * `lines.agents` of vagus.yaml.
 * @module
 */
import { z } from 'zod'
import { lineChangeSchema, lineQuoteSchema, lineRequestSchema } from './lines.ts'

/** `setTimeout` takes no more, and clients wait no longer: most give up after a minute. */
const maxWait = 30

export const agentLineQuoteSchema = lineQuoteSchema.extend({
  quote: z.string().nullable().describe('orders just that within a minute; it keeps no room. null: not possible'),
  validUntil: z.iso.datetime().nullable(),
})

export const agentLineOrderSchema = z.strictObject({
  quote: z.string().optional().describe('of network_line_quote; else the wish itself'),
  ...lineRequestSchema.partial().shape,
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1..128 printable characters without spaces')
    .describe('yours for this line, such as the id of your task: the same key again is the same line'),
})

const { bitsPerSecond, end } = lineChangeSchema.shape
export const agentLineChangeSchema = z
  .strictObject({ bitsPerSecond, end })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'must change something')

export const agentLineQuerySchema = z.strictObject({
  waitFor: z.literal('active').optional().describe('answer once it is active or over, not now'),
  seconds: z.coerce.number().int().min(1).max(maxWait).default(20).describe('how long to wait at most'),
})

export type AgentLineQuote = z.infer<typeof agentLineQuoteSchema>
export type AgentLineOrder = z.infer<typeof agentLineOrderSchema>
export type AgentLineChange = z.infer<typeof agentLineChangeSchema>
