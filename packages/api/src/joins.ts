/**
 * Boxes that join the domain, or would like to (RFC 8995).
 *
 *   GET    /v1/joins                    JoinList
 *   GET    /v1/joins/{serial}           Join
 *   PUT    /v1/joins/{serial}/decision  Join   body: JoinDecision; operator only
 *
 * A box is known by the serial number that its maker certified. What it is told once it is a member are options of
 * `vagus device`.
 * @module
 */
import { z } from 'zod'
import { apiVersion } from './resources.ts'

const time = z.iso.datetime()
const resource = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), ...shape })

/** As makers write them into certificates: printable, blanks only inside. */
export const serialPattern = /^[\x21-\x7e]([\x20-\x7e]{0,62}[\x21-\x7e])?$/
export const serialText = 'must be 1..64 printable characters, as in the certificate of the box'

export const joinStates = ['waiting', 'accepted', 'refused', 'joined', 'revoked'] as const
const joinSchema = z.object({
  serial: z.string().describe('of the box, in the certificate of its maker'),
  state: z
    .enum(joinStates)
    .describe('waiting: for the operator; accepted: it may join; joined: it has a certificate; revoked: no longer'),
  since: time,
  device: z.string().nullable().describe('which device of vagus.yaml it is; null: none'),
  maker: z.string().nullable().describe('whose certificate it showed; null: it was not here yet'),
  from: z.string().nullable().describe('where it came from last: behind a join proxy, the address of that'),
  lastAt: time.nullable().describe('when it was here last'),
  agent: z.string().nullable().describe('id of its agent, which holds the key of its certificate; null: none'),
  certificateUntil: time.nullable().describe('the end of its certificate, which it renews before'),
  problem: z
    .string()
    .nullable()
    .describe('what it complained of last, or what stands in its way; null: nothing since it joined'),
})
export const joinListSchema = resource('JoinList', {
  now: time,
  items: z.array(joinSchema).describe('waiting ones first'),
})
export const joinResourceSchema = resource('Join', { now: time, ...joinSchema.shape })

export const joinDecisionSchema = z.strictObject({
  decision: z.enum(['accept', 'refuse', 'revoke'], 'must be accept, refuse or revoke'),
  device: z.string().optional().describe('accept: which device of vagus.yaml it is, unless devices.serial says so'),
})

export type JoinState = (typeof joinStates)[number]
export type Join = z.infer<typeof joinSchema>
export type JoinList = z.infer<typeof joinListSchema>
export type JoinResource = z.infer<typeof joinResourceSchema>
export type JoinDecision = z.infer<typeof joinDecisionSchema>

/**
 * What a member is told: options of `vagus device` by their names. It takes no others, so that a registrar cannot make a
 * router obey more than it was meant to.
 */
export const deviceSettingsSchema = z.object({
  domain: z.string(),
  options: z.strictObject({
    name: z
      .string()
      .regex(/^[\w.-]{1,63}$/)
      .optional(),
    agent: z.union([z.ipv4(), z.ipv6()]).optional(),
    collector: z.string().max(64).optional(),
    controller: z.string().max(64).optional(),
    hops: z.int().min(1).max(254).optional(),
    'steered-by': z
      .string()
      .regex(/^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/)
      .optional(),
    api: z
      .url({ protocol: /^https?$/ })
      .max(255)
      .optional(),
    registrar: z.string().max(64).optional(),
  }),
})
export type DeviceSettings = z.infer<typeof deviceSettingsSchema>
