/**
 * Events: a name and fields, never a sentence; the sentence is made where it is shown, from the table in `sentences.ts`.
 * @module
 */
import { z } from 'zod'
import { actorSchema } from './actor.ts'
import { sentences } from './sentences.ts'
import type { EventName } from './sentences.ts'

export const eventSchema = z.object({
  id: z.int().min(1).describe('grows by one; the SSE id'),
  at: z.iso.datetime(),
  event: z.enum(Object.keys(sentences) as [EventName, ...EventName[]]),
  severity: z.enum(['info', 'warning', 'error']),
  subject: z.string().describe('the device, link, agent or address that it is about'),
  fields: z.record(z.string(), z.union([z.string(), z.number()])),
  hash: z
    .string()
    .optional()
    .describe(
      'of this event and all before, 64 hexadecimal digits; absent: from before there was a chain, or not on the disk yet',
    ),
  trace: z
    .string()
    .optional()
    .describe('its span, as a traceparent (W3C Trace Context); absent: it belongs to no trace'),
  by: actorSchema.optional().describe('who caused it; absent: nobody did, or it is not known'),
})
export type Event = z.infer<typeof eventSchema>

export const eventListSchema = z.object({
  apiVersion: z.literal('vagus/v1'),
  kind: z.literal('EventList'),
  items: z.array(eventSchema),
})
export type EventList = z.infer<typeof eventListSchema>
