/** The list of agents and the rosters of fleets, opened over the control state. @module */
import type { ControlStore } from '@vagus/store'
import { identityCrypto } from '@vagus/transport'
import type { DomainState } from '../domain-state.ts'
import type { EventDraft } from '../events/event-draft.ts'
import { RosterBook } from '../rosters/roster-book.ts'
import { RosterDesk } from '../rosters/roster-desk.ts'
import { rosterKeeper } from '../rosters/roster-keeper.ts'
import { AgentDesk, type AgentWatch } from './agent-desk.ts'
import { agentKeeper } from './agent-keeper.ts'
import { AgentList } from './agent-list.ts'

interface AgentParts {
  readonly control: ControlStore
  readonly state: DomainState
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly tell: (draft: EventDraft) => void
  /** Their clocks end with it. */
  readonly opened: AsyncDisposableStack
  readonly watch: AgentWatch
}

export interface OpenedAgents {
  readonly list: AgentList
  readonly agents: AgentDesk
  readonly rosters: RosterDesk
}

export function openAgents(parts: AgentParts): OpenedAgents {
  const list = new AgentList(agentKeeper(parts.control), identityCrypto, parts.startedAt)
  const rosters = openRosterDesk(parts, list)
  return { list, agents: openAgentDesk(parts, list, rosters), rosters }
}

function openRosterDesk({ control, state, tell, opened }: AgentParts, list: AgentList): RosterDesk {
  const rosters = new RosterDesk({
    book: new RosterBook(rosterKeeper(control, Date.now), identityCrypto),
    owners: () => state.config.access.owners,
    listedName: (id) => list.nameOf(id, Date.now()),
    tell,
    now: Date.now,
  })
  const clock = setInterval(() => rosters.step(), 1000)
  opened.defer(() => clearInterval(clock))
  return rosters
}

function openAgentDesk({ state, tell, opened, watch }: AgentParts, list: AgentList, rosters: RosterDesk): AgentDesk {
  const agents = new AgentDesk({
    list,
    crypto: identityCrypto,
    siteOf: (address) => state.siteOf(address),
    membershipOf: (id) => rosters.membershipOf(id),
    fleetOf: (owner) => rosters.activeMembersOf(owner),
    tell,
    watch,
    now: Date.now,
  })
  const clock = setInterval(() => agents.step(), 1000)
  opened.defer(() => clearInterval(clock))
  return agents
}
