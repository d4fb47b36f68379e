/** The agents of the domain, and their sessions with each other. */
import type { Agent, AgentList, SessionList } from '@vagus/api'
import type { SessionPair } from '@vagus/api/session-pairs'
import { agreementOf, leadingView, nameOfEnd, pairState, pathInUse, placeOf } from '@vagus/api/session-pairs'
import { sessionPairsOf } from '../figures/session-pairs.ts'
import { addressesOf, AgentTable, networksOf } from '../panels/agent-table.tsx'
import { FleetTable } from '../panels/fleet-table.tsx'
import { SessionTable } from '../panels/session-table.tsx'
import { commandOf } from '../state/commands.ts'
import type { Shown } from '../state/resource.ts'
import { useAgents, useRosters, useSessions } from '../state/resources.ts'
import { view } from '../state/route.ts'
import { NoAgents, NoSessions } from '../ui/empty.tsx'
import { FilterField, matches, NoMatch } from '../ui/filter-field.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'

export function Agents() {
  const agents = useAgents()
  const sessions = useSessions(agents.data)
  const rosters = useRosters()
  return (
    <>
      <Panel
        title="Agents"
        span={12}
        command={commandOf('agents', view.value)}
        about={agents.data && aboutAgents(agents.data)}
        controls={<FilterField label="Filter agents" />}
      >
        <Loaded of={agents} lines={6} empty={({ items }) => (items.length === 0 ? <NoAgents /> : undefined)}>
          {({ items }) => {
            const wanted = items.filter(isWanted)
            return wanted.length === 0 ? <NoMatch what="agent" /> : <AgentTable agents={wanted} />
          }}
        </Loaded>
      </Panel>
      {rosters.data !== undefined && rosters.data.items.length > 0 && (
        <Panel title="Fleets" span={12} command={commandOf('fleets', view.value)} about="as their owners have signed">
          <FleetTable rosters={rosters.data.items} agents={agents.data?.items ?? []} />
        </Panel>
      )}
      {/* without agents there are no sessions, and an older controller knows none */}
      {agents.data !== undefined && agents.data.items.length > 0 && sessions.failure?.kind !== 'missing' && (
        <Sessions sessions={sessions} agents={agents.data.items} />
      )}
    </>
  )
}

function aboutAgents({ items }: AgentList): string | undefined {
  if (items.length === 0) return undefined
  const reachable = items.filter(({ state }) => state === 'reachable').length
  return `${reachable} of ${items.length} reachable`
}

const isWanted = (agent: Agent): boolean => {
  const { name, id, role, state, site, skills, member } = agent
  const ofFleet = member === undefined ? [] : [member.name, ...member.roles]
  const quarantine = member?.quarantined === undefined ? [] : ['quarantine', member.quarantined.reason]
  const words = [...skills, ...networksOf(agent), ...addressesOf(agent), ...ofFleet, ...quarantine]
  return matches(view.value.filter, name, id, role, state, site, ...words)
}

interface SessionsProps {
  readonly sessions: Shown<SessionList>
  readonly agents: readonly Agent[]
}

function Sessions({ sessions, agents }: SessionsProps) {
  const names = new Map(agents.map(({ id, name }) => [id, name]))
  const isWanted = (pair: SessionPair): boolean => {
    const { initiator, responder, view: told } = pair
    const path = pathInUse(leadingView(pair))
    const words = path === undefined ? [] : [path.kind, placeOf(path.remote, names)]
    const ends = [initiator, responder].flatMap((end) => [nameOfEnd(end), end.id])
    return matches(view.value.filter, ...ends, ...words, pairState(pair), told.cipher, agreementOf(told.cipher))
  }
  return (
    <Panel
      title="Sessions"
      span={12}
      command={commandOf('sessions', view.value)}
      about={sessions.data && aboutSessions(sessions.data)}
    >
      <Loaded of={sessions} lines={6} empty={({ items }) => (items.length === 0 ? <NoSessions /> : undefined)}>
        {({ items }) => {
          const wanted = sessionPairsOf(items).filter(isWanted)
          return wanted.length === 0 ? <NoMatch what="session" /> : <SessionTable pairs={wanted} names={names} />
        }}
      </Loaded>
    </Panel>
  )
}

const aboutSessions = ({ more }: SessionList): string =>
  `as both ends report them${more === 0 ? '' : ` · ${more} more not reported`}`
