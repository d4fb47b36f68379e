/** The agents of the domain, as they publish themselves: what is signed stands in `document`, the rest is read from it. @module */
import { z } from 'zod'

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
      'silent: it told of its sessions, and does no longer; away: it said that it ends, or no locator of it holds',
    ),
  site: z.string().nullable().describe('the site whose prefixes hold its first address; null: of no site'),
  seenAt: z.iso.datetime().describe('when it last published itself, or told of its sessions'),
  expiresAt: z.iso.datetime().describe('when its document ends'),
  locators: z.array(locatorSchema),
}
/** One of the list, which has no documents: they would make it as long as strangers please. */
export const agentSchema = z.object(agentFields)
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
  items: z.array(agentSchema),
})
export type AgentList = z.infer<typeof agentListSchema>
