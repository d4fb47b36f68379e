/** The agents of the domain as the API says them. @module */
import {
  type Agent,
  type AgentList,
  type AgentResource,
  type AgentsQuery,
  apiVersion,
  type Membership,
} from '@vagus/api'
import { type AgentId, type Identity, liveLocators } from '@vagus/identity'
import { isSilent, type ListedAgent } from '../agents/agent-list.ts'
import type { SiteOf } from '../domain/site-lookup.ts'
import { timeText } from './windows.ts'

/** What of an agent does not stand in its document. */
export interface AgentView {
  /** Milliseconds since 1970; locators that have ended by then are left out. */
  readonly now: number
  readonly siteOf: SiteOf
  /** What the agent is in a fleet whose roster is here. */
  readonly memberOf: (id: AgentId) => Membership | undefined
  /** What it last told of a change of network. */
  readonly movingOf: (id: AgentId) => Agent['moving']
}

/** Those at which the agent can be reached at `now`. */
export const usableLocators = (identity: Identity, now: number): Identity['locators'] =>
  liveLocators(identity.locators, now).filter(({ addresses }) => addresses.length > 0)

/** Whether it is there at `now`. One that only calls has no address, and is there for as long as it reports. */
export function stateOf(agent: ListedAgent, now: number): Agent['state'] {
  if (agent.presence === 'ended') return 'away'
  const isQuiet = isSilent(agent, now)
  const isTelling = agent.presence === 'told' && !isQuiet
  if (usableLocators(agent.identity, now).length === 0) return isTelling ? 'reachable' : 'away'
  return isQuiet ? 'silent' : 'reachable'
}

function agentOf(agent: ListedAgent, { now, siteOf, memberOf, movingOf }: AgentView): Agent {
  const { name, identity, seenAt } = agent
  const { id, tag, role, skills, epoch } = identity
  const locators = usableLocators(identity, now)
  const member = memberOf(id)
  const moving = movingOf(id)
  const [address] = directAddresses(locators.flatMap(({ addresses }) => addresses))
  return {
    name,
    id,
    tag,
    role,
    skills: [...skills],
    epoch,
    state: stateOf(agent, now),
    site: address === undefined ? null : siteOf(address),
    seenAt: timeText(seenAt),
    expiresAt: timeText(identity.expiresAt),
    locators: locators.map(({ network, addresses, exp }) => ({
      network,
      addresses: [...addresses],
      expiresAt: timeText(exp * 1000),
    })),
    ...(member === undefined ? {} : { member }),
    ...(moving === undefined ? {} : { moving }),
  }
}

/** IP addresses by which others reach the agent without a relay: no name of a host, and not its own loopback. */
export function directAddresses(uris: readonly string[]): readonly string[] {
  const all = uris.flatMap((uri) => {
    const [, ipv6, ipv4] = /^(?!relay:)[a-z][a-z0-9+.-]*:\/\/(?:\[([\da-f:.]+)\]|([\d.]+))(?:[:/]|$)/i.exec(uri) ?? []
    const address = ipv6 ?? ipv4
    return address === undefined || address.startsWith('127.') || address === '::1' ? [] : [address]
  })
  return [...new Set(all)]
}

export const agentResource = (agent: ListedAgent, view: AgentView): AgentResource => ({
  apiVersion,
  kind: 'Agent',
  ...agentOf(agent, view),
  document: agent.document,
})

/** @param agents by name */
export function agentListOf(agents: readonly ListedAgent[], query: AgentsQuery, view: AgentView): AgentList {
  const wanted = agents.filter(({ identity }) => isWanted(identity, query))
  const shown = query.n === undefined ? wanted : likeliestFirst(wanted, view.now).slice(0, query.n)
  const items = shown.map((agent) => agentOf(agent, view))
  return { apiVersion, kind: 'AgentList', items, more: wanted.length - items.length }
}

const isWanted = ({ role, skills }: Identity, query: AgentsQuery): boolean =>
  (query.role === undefined || query.role === role) && (query.skill === undefined || skills.includes(query.skill))

const byLikelihood = ['reachable', 'silent', 'away'] as const satisfies readonly Agent['state'][]

function likeliestFirst(agents: readonly ListedAgent[], now: number): readonly ListedAgent[] {
  const groups = Map.groupBy(agents, (agent) => stateOf(agent, now))
  return byLikelihood.flatMap((state) => groups.get(state) ?? [])
}
