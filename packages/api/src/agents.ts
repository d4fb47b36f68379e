/**
 * Agents of the domain, as they publish themselves: `document` is signed, the other fields are read from it,
 * but for `member`, which is what the owner of a roster says.
 * @module
 */
import { z } from 'zod'
import { membershipSchema } from './rosters.ts'

const locatorSchema = z.object({
  network: z.string().describe('lan, wan, wifi, 3gpp, sat, relay, or another'),
  addresses: z.array(z.string()),
  expiresAt: z.iso.datetime(),
})

const agentFields = {
  name: z.string(),
  id: z.string().describe('did:key:z6Mk…'),
  tag: z.string().describe('the agent tag, as an IPv6 address'),
  role: z.string(),
  skills: z.array(z.string()),
  epoch: z.int().describe('grows with every document of the agent'),
  state: z
    .enum(['reachable', 'silent', 'away'])
    .describe(
      'silent: it no longer reports its sessions; away: it said that it ends, or it has no locator now and does not report, either',
    ),
  moving: z
    .object({ to: z.string().nullable(), at: z.iso.datetime(), gapMs: z.number().min(0) })
    .optional()
    .describe('it has announced a change of network that is not over, and may be silent for so long'),
  site: z.string().nullable().describe('the site whose prefixes hold its first address; null: none'),
  seenAt: z.iso.datetime().describe('when it last published itself or reported its sessions'),
  expiresAt: z.iso.datetime().describe('when its document expires'),
  locators: z.array(locatorSchema),
  member: membershipSchema
    .optional()
    .describe('of a fleet whose roster is here; of several, first where it is in quarantine'),
}
/** An entry of the list, without the document: otherwise strangers could make the list as long as they please. */
const agentSchema = z.object(agentFields)
export type Agent = z.infer<typeof agentSchema>

export const agentResourceSchema = z.object({
  apiVersion: z.literal('vagus/v1'),
  kind: z.literal('Agent'),
  ...agentFields,
  document: z.string().describe('the signed document (compact JWS): verify it before you use it'),
})
export type AgentResource = z.infer<typeof agentResourceSchema>

export const agentListSchema = z.object({
  apiVersion: z.literal('vagus/v1'),
  kind: z.literal('AgentList'),
  items: z.array(agentSchema).describe('by name; with `n` the reachable ones first'),
  more: z.int().min(0).describe('agents that match, too, and are beyond `n`'),
})
export type AgentList = z.infer<typeof agentListSchema>

/** At most as many agents as the list has. */
const maxListed = 10_000

/** All that are given must hold. */
export const agentsQuerySchema = z.strictObject({
  skill: z.string().min(1).max(128).optional().describe('only agents that claim this skill, such as report.write'),
  role: z.string().min(1).max(64).optional().describe('only agents that claim this role'),
  fleet: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('only members, but those in quarantine, of the fleet of this owner (an id), by its roster here'),
  n: z.coerce
    .number()
    .int()
    .min(1)
    .max(maxListed)
    .optional()
    .describe('how many: those that are reachable come first, then the silent ones; default all'),
})
export type AgentsQuery = z.infer<typeof agentsQuerySchema>
