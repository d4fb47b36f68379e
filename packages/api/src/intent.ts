/**
 * The intents of an owner, as they were signed and as they stand.
 *
 *   GET /v1/intents                    IntentList; with Accept: application/jose the signed set
 *   GET /v1/intents/{name}             Intent
 *   PUT /v1/intents                    IntentList    the signed set, application/jose
 *
 * What is signed is described in `@vagus/intent` (`intent-set.ts`). Times are of RFC 3339, in UTC.
 * @module
 */
import { z } from 'zod'
import { apiVersion } from './resources.ts'

const time = z.iso.datetime()
const names = z.array(z.string())
const count = z.int().min(0)

const intentStateSchema = z
  .enum(['received', 'translated', 'active', 'degraded', 'conflict', 'refused'])
  .describe(
    'received: it says nothing here; translated: it does at another time; active: it holds; degraded: its goal is not met; conflict: another one stands against it; refused: not understood, or no set holds',
  )

/** Whether the newest set may be gone by; else nothing new begins. */
const intentStandingSchema = z
  .enum(['holds', 'none', 'expired', 'clock'])
  .describe('none: no set is known yet; clock: the clock is before the set was signed')

const intentScopeSchema = z
  .object({
    devices: names.optional(),
    roles: names.optional(),
    sites: names.optional(),
    borders: names.optional(),
    links: names.optional(),
  })
  .describe('where it holds: everything named in any list; no list: everywhere')

const intentWhenSchema = z.object({
  from: time.optional(),
  until: time.optional(),
  weekly: z
    .array(
      z.object({
        days: z.array(z.int().min(1).max(7)).describe('1 Monday … 7 Sunday'),
        from: z.string().describe('HH:MM in UTC'),
        to: z.string().describe('HH:MM in UTC; not after "from": on the next day'),
      }),
    )
    .optional(),
})

const intentGoalSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('freeze') }),
  z.object({
    type: z.literal('bounds'),
    steering: z
      .object({
        prefixes: names.optional(),
        leaseSeconds: count.optional().describe('longest lease'),
        movesPerHour: count.optional().describe('new leases in any hour, at each device'),
      })
      .optional(),
    lines: z.object({ sharePercent: count.describe('of each link, for all lines together') }).optional(),
    commits: z.object({ patterns: names }).optional(),
  }),
  z.object({ type: z.literal('keep-below'), percent: count, forSeconds: count }),
  z.object({ type: z.literal('pin'), prefix: z.string(), enters: z.enum(['only', 'never']), over: names }),
  z.object({
    type: z.literal('connect'),
    between: z.tuple([z.string(), z.string()]),
    bitsPerSecond: count,
    delayMs: count.optional().describe('one way'),
  }),
  z.object({ type: z.literal('unknown'), kind: z.string() }),
])

/** What one device makes of an intent. */
const intentReportSchema = z.object({
  device: z.string(),
  state: intentStateSchema,
  since: time,
  evidence: z.string().nullable().describe('null: the state says all'),
})

const intentFields = {
  name: z.string(),
  scope: intentScopeSchema,
  when: intentWhenSchema,
  priority: z.int().min(0).max(100),
  because: z.string().nullable(),
  goal: intentGoalSchema,
  state: intentStateSchema,
  since: time,
  evidence: z.string().nullable(),
}

const intentSchema = z.object({ ...intentFields, reports: z.array(intentReportSchema).describe('by device') })
export type IntentItem = z.infer<typeof intentSchema>

const intentSetFields = {
  owner: z.string().describe('did:key:z6Mk…'),
  epoch: count.describe('grows with every set that the owner signs; 0: none is known'),
  hash: z.string().nullable().describe('SHA-256 of the signed set in base64url; null: there is none'),
  issuedAt: time.nullable(),
  expiresAt: time.nullable(),
  standing: intentStandingSchema,
}

/** Which device has which set. */
const intentDeviceSchema = z.object({
  device: z.string(),
  epoch: count.describe('0: none'),
  standing: intentStandingSchema,
  at: time.describe('when it last said so'),
})

export const intentListSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('IntentList'),
  now: time,
  ...intentSetFields,
  items: z.array(intentSchema).describe('by name'),
  devices: z.array(intentDeviceSchema).describe('by name; those that have said nothing are missing'),
})
export type IntentList = z.infer<typeof intentListSchema>

export const intentResourceSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Intent'),
  ...intentSetFields,
  ...intentSchema.shape,
})
export type IntentResource = z.infer<typeof intentResourceSchema>

/** Intents at one device, in `DeviceAgent`. */
export const deviceIntentsSchema = z.object({
  ...intentSetFields,
  problem: z.string().nullable().describe('why nothing new begins; null: the set holds'),
  items: z
    .array(z.object({ name: z.string(), goal: z.string(), ...intentReportSchema.omit({ device: true }).shape }))
    .describe('by name'),
})
export type DeviceIntents = z.infer<typeof deviceIntentsSchema>
