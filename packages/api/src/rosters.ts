/**
 * Rosters of fleets, as their owners publish them.
 *
 *   GET /v1/rosters              RosterList
 *   GET /v1/rosters/{owner}      the signed roster, application/jose; with Accept: application/json a Roster.
 *                                `after` and `wait`: as soon as there is one of a later epoch; else 204 after `wait` seconds
 *   PUT /v1/rosters/{owner}      Roster        the signed roster, application/jose
 *   DELETE /v1/rosters/{owner}   Roster        with the key of the controller's operator
 *
 * What is signed is described in `@vagus/identity` (`roster.ts`).
 * @module
 */
import { z } from 'zod'
import { apiVersion } from './resources.ts'

const time = z.iso.datetime()
const id = z.string().describe('did:key:z6Mk…')

const quarantineSchema = z.object({ since: time, reason: z.string() })

/** What an agent is in a fleet, by the roster of its owner. */
export const membershipSchema = z.object({
  owner: id,
  name: z.string().describe('in the roster; on the list of agents it may have another'),
  roles: z.array(z.string()),
  quarantined: quarantineSchema.optional(),
  enforces: z
    .int()
    .nullable()
    .describe('epoch of the roster by which its side-car decides, as it last said; null: it said nothing of one'),
})
export type Membership = z.infer<typeof membershipSchema>

const rosterFields = {
  owner: id,
  name: z.string().nullable().describe('of the owner, in vagus.yaml, or as it calls itself; null: it has none'),
  epoch: z.int().describe('grows with every roster that the owner signs'),
  issuedAt: time,
  expiresAt: time,
}

const rosterSchema = z.object({
  ...rosterFields,
  members: z.int().min(0),
  quarantined: z.int().min(0).describe('how many of them'),
})
export type RosterSummary = z.infer<typeof rosterSchema>

export const rosterListSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('RosterList'),
  items: z.array(rosterSchema).describe('by name, then by owner'),
})
export type RosterList = z.infer<typeof rosterListSchema>

export const rosterResourceSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Roster'),
  ...rosterFields,
  members: z.array(
    z.object({
      id,
      name: z.string(),
      roles: z.array(z.string()),
      terms: z
        .array(z.object({ role: z.string(), until: time }))
        .optional()
        .describe('further roles, each until then'),
      quarantined: quarantineSchema.optional(),
    }),
  ),
  policies: z.string().describe('in Cedar'),
  services: z
    .array(
      z.object({
        role: z.string().describe('of callers'),
        service: z.string().describe('safety, control, dialogue, call, telemetry or bulk'),
        protocol: z.string().optional(),
        operation: z.string().optional(),
        tool: z.string().optional(),
        skill: z.string().optional(),
        applies: z.boolean().describe('false: it has conditions that are not understood here'),
      }),
    )
    .optional()
    .describe('which service calls get by the role of their caller'),
  roster: z.string().describe('the signed roster (compact JWS): verify it before you use it'),
})
export type RosterResource = z.infer<typeof rosterResourceSchema>

/** Seconds that one question may wait: less than proxies let a connection be silent. */
const maxRosterWait = 50

/** Without `after` the newest is answered at once. */
export const rosterQuerySchema = z.strictObject({
  after: z.coerce.number().int().min(0).optional().describe('only a roster with a later epoch'),
  rotations: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('of the owner’s key in the roster of `after`: one after a further rotation is later, whatever its epoch'),
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(maxRosterWait)
    .default(0)
    .describe('seconds to wait for one, where there is none yet'),
})
