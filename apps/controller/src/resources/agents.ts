/** The agents of the domain as the API says them. @module */
import { type Agent, type AgentList, type AgentResource, apiVersion } from '@vagus/api'
import type { ListedAgent } from '../agents/agent-list.ts'

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** @param now milliseconds since 1970; locators that have ended by then are left out */
function agentOf({ name, identity, document, seenAt }: ListedAgent, now: number): Agent {
  const { id, tag, role, skills, epoch } = identity
  const locators = identity.locators
    .filter(({ exp, addresses }) => now < exp * 1000 && addresses.length > 0)
    .map(({ network, addresses, exp }) => ({ network, addresses: [...addresses], expiresAt: time(exp * 1000) }))
  return {
    name,
    id,
    tag,
    role,
    skills: [...skills],
    epoch,
    state: locators.length > 0 ? 'reachable' : 'away',
    site: null,
    seenAt: time(seenAt),
    expiresAt: time(identity.expiresAt),
    locators,
    document,
  }
}

export const agentResource = (agent: ListedAgent, now: number): AgentResource => ({
  apiVersion,
  kind: 'Agent',
  ...agentOf(agent, now),
})

export const agentListOf = (agents: readonly ListedAgent[], now: number): AgentList => ({
  apiVersion,
  kind: 'AgentList',
  items: agents.map((agent) => agentOf(agent, now)),
})
