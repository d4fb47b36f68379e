/**
 * `intents.yaml`: what an operator writes, before it is signed. Each intent has a name, one goal, and where and when it holds.
 * @module
 */
import { z } from 'zod'
import { rateOf, ratePattern } from './rate.ts'
import { durationPattern, parseDuration } from './duration.ts'

const durationText = 'must be a number and s, m, h or d, such as 90s, 15m, 24h or 7d'
/** The limits are those of signed sets (@vagus/intent): what is written here can be signed. */
const duration = (least: string, most: string) =>
  z
    .string(durationText)
    .regex(durationPattern, durationText)
    .refine(
      (text) => !durationPattern.test(text) || isWithin(parseDuration(text), parseDuration(least), parseDuration(most)),
      `must be ${least}..${most}`,
    )
const isWithin = (value: number, least: number, most: number): boolean => value >= least && value <= most
const name = z
  .string('must be a name, such as launch-freeze')
  .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'must be 1..63 of a-z, 0-9, "-" and ".", not starting with "-" or "."')
const names = z
  .array(z.string('must be a name'), 'must be a list, such as [edge-1, edge-2]')
  .min(1, 'must name one')
  .max(256)
const someLinks = names.max(64)
const prefix = z.union([z.cidrv4(), z.cidrv6()], 'must be a prefix, such as 192.0.2.0/24 or 2001:db8::/32')
const timeText = 'must be a time, such as 2026-12-01T08:00:00Z'
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM in UTC, in quotes: '22:00'")
/** 1 Monday … 7 Sunday is their place in the list. */
export const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const percent = (least: number, most: number) =>
  z.int(`must be a whole number, ${least}..${most} percent`).min(least).max(most)

const rateText = 'must be bits per second, such as 20M'
const delayText = 'must be whole milliseconds, one way, 1..10000'

const scope = z.strictObject({
  devices: names.optional(),
  roles: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a role of the roster'), 'must be a list of roles')
    .min(1, 'must name one')
    .max(256)
    .optional(),
  sites: names.optional(),
  borders: names.optional(),
  links: names.optional(),
})

const goals = {
  freeze: z.strictObject({}, 'must be {}').optional(),
  bounds: z
    .strictObject({
      steering: z
        .strictObject({
          prefixes: z.array(prefix).max(256).optional(),
          lease: duration('1s', '24h').optional(),
          movesPerHour: z.int().min(0).max(1000).optional(),
        })
        .optional(),
      lines: z.strictObject({ sharePercent: percent(0, 95) }).optional(),
      commits: z
        .strictObject({
          patterns: z.array(z.string().regex(/^[\x20-\x7e]{1,200}$/, 'must be 1..200 of printable ASCII')).max(64),
        })
        .optional(),
    })
    .refine((bounds) => Object.keys(bounds).length > 0, 'must bound something: steering, lines or commits')
    .optional(),
  keepBelow: z.strictObject({ percent: percent(1, 100), for: duration('1s', '24h').default('5m') }).optional(),
  pin: z
    .strictObject({ prefix, only: someLinks.optional(), never: someLinks.optional() })
    .refine(({ only, never }) => (only === undefined) !== (never === undefined), 'must have either only or never')
    .optional(),
  connect: z
    .strictObject({
      between: z
        .array(z.string(), 'must be two sites, such as [lyon, graz]')
        .length(2, 'must be two sites')
        .refine(([one, other]) => one !== other, 'must be two sites'),
      rate: z
        .string(rateText)
        .regex(ratePattern, rateText)
        .refine((text) => !ratePattern.test(text) || isWithin(rateOf(text), 8000, 1e12), 'must be 8k..1000G'),
      maxDelayMs: z.int(delayText).min(1, delayText).max(10_000, delayText).optional(),
    })
    .optional(),
} as const
export const goalKeys = Object.keys(goals) as readonly (keyof typeof goals)[]

const intent = z
  .strictObject({
    name,
    because: z
      .string()
      .regex(/^[^\p{Cc}\p{Cf}]{1,256}$/u, 'must be 1..256 characters on one line')
      .optional(),
    priority: z.int().min(0).max(100).default(0),
    scope: scope.default({}),
    from: z.iso.datetime(timeText).optional(),
    until: z.iso.datetime(timeText).optional(),
    weekly: z
      .array(
        z.strictObject({
          days: z.array(z.enum(dayNames, 'must be mon, tue, wed, thu, fri, sat or sun')).min(1).max(7),
          from: clock,
          to: clock,
        }),
      )
      .min(1)
      .max(16)
      .optional(),
    ...goals,
  })
  .refine(
    (one) => goalKeys.filter((key) => one[key] !== undefined).length === 1,
    `must have one goal: ${goalKeys.join(', ')}`,
  )

export const intentFileSchema = z.strictObject({
  holds: duration('1s', '400d').default('90d').describe('how long the set is valid once it is signed, at most 400d'),
  intents: z.array(intent, 'must be a list of intents').max(128),
})
/** As read: with what is left out. */
export type IntentFile = z.infer<typeof intentFileSchema>
export type IntentFileInput = z.input<typeof intentFileSchema>
