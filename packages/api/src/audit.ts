/**
 * What was done to the network, and the record that shows that nobody wrote it anew.
 *
 *   GET /v1/audit          AuditList   what changed something, or the right to: who, why, what undoes it, what came of it
 *   GET /v1/audit/head     AuditHead   the end of the record, signed
 *   GET /v1/audit/trace/{id}   AuditTrace   all of one proposal, line or class: what led to what
 *   GET /v1/audit/record   the record, in the form of `@vagus/audit`: application/jsonl
 *
 * @module
 */
import { z } from 'zod'
import { actorSchema } from './actor.ts'
import { apiVersion } from './resources.ts'

const time = z.iso.datetime()
const resource = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), ...shape })

const auditItemSchema = z.object({
  id: z.int().min(1).describe('of the event'),
  at: time,
  event: z.string(),
  subject: z.string(),
  changes: z
    .enum(['network', 'rights', 'nothing'])
    .describe('what the network does, or who may do what; nothing: it was tried and refused'),
  what: z.string().describe('a sentence'),
  by: actorSchema.nullable().describe('null: nobody, or it is not known'),
  why: z.string().nullable(),
  undo: z.string().nullable().describe('what undoes it, a command where there is one; null: nothing is left to undo'),
  outcome: z.string().nullable().describe('what came of it since; null: nothing yet that is known'),
})
export const auditListSchema = resource('AuditList', { now: time, items: z.array(auditItemSchema) })

export const auditTraceSchema = resource('AuditTrace', {
  now: time,
  matter: z.string().describe('such as steering transit-7; what stands for itself has the name of its event'),
  items: z
    .array(
      auditItemSchema.pick({ id: true, at: true, event: true, what: true, by: true }).extend({
        trace: z
          .string()
          .nullable()
          .describe('id of the trace that it belongs to, 32 hexadecimal digits; null: of none'),
      }),
    )
    .describe('oldest first, also what changed nothing'),
})

/** Items of one answer. */
const maxAuditItems = 1000
export const auditQuerySchema = z.strictObject({
  who: z.string().optional().describe('operator, controller, the name of an agent or owner, or its id'),
  since: time.optional().describe('not before this'),
  subject: z.string().optional().describe('what it is about, or its id: pe-1, transit-7, line-3'),
  n: z.coerce.number().int().min(1).max(maxAuditItems).default(100).describe('how many, the newest'),
})

const markSchema = z.object({
  id: z.int().min(0).describe('of an event'),
  hash: z.string().describe('64 hexadecimal digits'),
})
export const auditHeadSchema = resource('AuditHead', {
  now: time,
  after: markSchema.describe('where the record begins: earlier events were cut off, or are from before there was one'),
  last: markSchema.describe('the newest event that is on the disk'),
  at: time.nullable().describe('of that event; null: there is none'),
  signedBy: z.string().nullable().describe('id of the controller’s agent; null: it has none, and nobody signs'),
  head: z.string().nullable().describe('a compact JWS of type vagus-audit-head; keep it elsewhere'),
  problem: z.string().nullable().describe('what was wrong with the newest events when the controller started'),
})

export type AuditItem = z.infer<typeof auditItemSchema>
export type AuditList = z.infer<typeof auditListSchema>
export type AuditTrace = z.infer<typeof auditTraceSchema>
export type AuditQuery = z.infer<typeof auditQuerySchema>
export type AuditHead = z.infer<typeof auditHeadSchema>
