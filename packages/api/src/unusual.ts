/**
 * Traffic that is unlike itself: what happened, since when, and what accounts for it.
 *
 *   GET /v1/unusual   UnusualList   last
 *
 * @module
 */
import { z } from 'zod'
import { durationPattern } from './duration.ts'
import { apiVersion } from './resources.ts'

const time = z.iso.datetime()
const count = z.int().min(0)

/** What is measured. */
const seriesKindSchema = z.enum([
  'errors',
  'discards',
  'resets',
  'prefixes',
  'messages',
  'sources',
  'destinations',
  'flows',
  'pair',
  'link',
  'export',
  'application',
  'ipv6',
])

const findingSchema = z.object({
  kind: seriesKindSchema.describe(
    'pair, link: bits per second; application, ipv6: shares 0..1; flows, export: flows and records a second; else counts of a step',
  ),
  name: z.string().describe('the link with its direction, the pair of sites, the device …; empty: all traffic'),
  form: z.enum(['point', 'shift']).describe('point: at once; shift: little by little'),
  way: z.enum(['up', 'down']),
  expected: z.number().describe('by the past of the series itself, as it began'),
  now: z.number().describe('the last value while it was unusual'),
  peak: z.number().describe('the value that was farthest off'),
  sure: z.number().describe('1: as far off as comes by chance once in many days; 2: twice as far'),
  since: time,
  ended: time.nullable(),
})

const explanationSchema = z.object({
  by: z.enum(['src', 'dst', 'pair', 'conversation', 'application', 'sites']),
  part: z.number().describe('of the change, 0..1, that the items make up'),
  unsure: z.number().describe('of the change, 0..1: what was too small to be listed may have had as much'),
  items: z.array(z.object({ key: z.string(), before: z.number(), now: z.number() })).describe('largest change first'),
  unit: z.enum(['bits per second', 'flows per second']),
})

const unusualSchema = z.object({
  id: z.string().describe('such as u-7'),
  since: time,
  told: time,
  ended: time.nullable().describe('null: it goes on'),
  because: z
    .enum(['as before', 'accepted', 'lost'])
    .nullable()
    .describe('why it ended. accepted: it stayed so for hours and is usual now; lost: it is not measured as before'),
  findings: z.array(findingSchema).describe('the one that tells the cause best comes first'),
  more: count.describe('findings that had no place in the list'),
  explained: z
    .array(explanationSchema)
    .describe('what accounts for it, the fewest keys first; empty: nothing stands out'),
  coverage: z.number().nullable().describe('of flows by interface counters as it was told; null: not known'),
})
export type Unusual = z.infer<typeof unusualSchema>
export type UnusualFinding = Unusual['findings'][number]
export type UnusualExplanation = Unusual['explained'][number]

export const unusualListSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('UnusualList'),
  now: time,
  stepSeconds: z.number(),
  series: z
    .object({
      followed: count,
      learning: count.describe('too young to be judged'),
      passedOver: count.describe('found no place: too many'),
    })
    .describe('what is held against its own past'),
  items: z.array(unusualSchema).describe('newest first'),
})
export type UnusualList = z.infer<typeof unusualListSchema>

export const unusualQuerySchema = z.strictObject({
  last: z
    .string()
    .regex(durationPattern, 'must be a number and s, m, h or d, such as 24h')
    .default('24h')
    .describe('told within this time; those that go on are always listed'),
})
