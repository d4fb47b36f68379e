/** The desks of agents and of their rosters, joined to the control state and to a clock. @module */
import type { ControlStore } from '@vagus/store'
import { identityCrypto } from '@vagus/transport'
import type { DomainState } from '../domain-state.ts'
import type { EventDraft } from '../events/event-draft.ts'
import { RosterBook } from '../rosters/roster-book.ts'
import { RosterDesk } from '../rosters/roster-desk.ts'
import { rosterKeeper } from '../rosters/roster-keeper.ts'
import { AgentDesk } from './agent-desk.ts'
import { agentKeeper } from './agent-keeper.ts'
import { AgentList } from './agent-list.ts'

export interface OpenDesks {
  readonly control: ControlStore
  readonly state: DomainState
  readonly tell: (draft: EventDraft) => void
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Stops the clock. */
  readonly opened: AsyncDisposableStack
}

export function openDesks({ control, state, tell, startedAt, opened }: OpenDesks): {
  readonly agents: AgentDesk
  readonly rosters: RosterDesk
} {
  const list = new AgentList(agentKeeper(control), identityCrypto, startedAt)
  const rosters = new RosterDesk({
    book: new RosterBook(rosterKeeper(control, Date.now), identityCrypto),
    owners: () => state.config.access.owners,
    listedName: (id) => list.nameOf(id, Date.now()),
    tell,
    now: Date.now,
  })
  const agents = new AgentDesk({
    list,
    crypto: identityCrypto,
    siteOf: (address) => state.siteOf(address),
    membershipOf: (id) => rosters.membershipOf(id),
    tell,
    now: Date.now,
  })
  const clock = setInterval(() => {
    rosters.step()
    agents.step()
  }, 1000)
  opened.defer(() => clearInterval(clock))
  return { agents, rosters }
}
