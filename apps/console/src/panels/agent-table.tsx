/** Agents as they publish themselves: identity, skills and location. */
import type { Agent } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import { formatAge, unknown } from '../figures/format.ts'
import { now } from '../state/live.ts'
import type { Column } from '../ui/column-table.tsx'
import { ColumnTable } from '../ui/column-table.tsx'
import { CopyButton } from '../ui/copy.tsx'

/** Each once, though several locators may be of one network. */
export const networksOf = ({ locators }: Agent): string[] => [...new Set(locators.map(({ network }) => network))]

export const addressesOf = ({ locators }: Agent): string[] => locators.flatMap(({ addresses }) => addresses)

/** A move that it announced says more than that it is silent. */
const stateOf = ({ state, moving }: Agent): string => (moving !== undefined && state !== 'away' ? 'moving' : state)

const columns: readonly [Column<Agent>, ...Column<Agent>[]] = [
  { title: 'agent', align: 'text', shown: 'always', cell: ({ name }) => name },
  { title: 'role', align: 'text', shown: 'wide', cell: ({ role }) => role },
  { title: 'skills', align: 'text', shown: 'wide', cell: ({ skills }) => skills.join(', ') || unknown },
  {
    title: 'state',
    align: 'text',
    shown: 'always',
    cell: (agent) => <span class={`state-word ${stateOf(agent)}`}>{stateOf(agent)}</span>,
  },
  { title: 'site', align: 'text', shown: 'always', cell: ({ site }) => site ?? unknown },
  {
    title: 'networks',
    align: 'text',
    shown: 'wide',
    cell: (agent) => <span title={addressesOf(agent).join('\n')}>{networksOf(agent).join(', ') || unknown}</span>,
  },
  {
    title: 'seen',
    align: 'figure',
    shown: 'always',
    cell: ({ seenAt }) => `${formatAge(now.value - Date.parse(seenAt))} ago`,
  },
  {
    title: 'id',
    align: 'text',
    shown: 'wide',
    cell: ({ id }) => (
      <span class="id">
        <span class="mono">{shortId(id)}</span>
        <CopyButton text={id} label="Copy id" of="text" />
      </span>
    ),
  },
]

/** What the owner of its fleet says of it; the role is its own claim. */
const inFleet: Column<Agent> = {
  title: 'in the fleet',
  about: 'its name, where it is another, and its roles, as the owner of the fleet says',
  align: 'text',
  shown: 'wide',
  cell: ({ name, member }) => {
    if (member === undefined) return <span class="muted">no member</span>
    const roles = member.roles.join(', ') || 'without a role'
    return member.name === name ? roles : `${member.name}: ${roles}`
  },
}

function quarantineOf({ member }: Agent) {
  if (member?.quarantined === undefined) return undefined
  const { since, reason } = member.quarantined
  const age = formatAge(Math.max(0, now.value - Date.parse(since)))
  return (
    <span class="congested">
      In quarantine for {age}: {reason}
    </span>
  )
}

const [first, role, ...others] = columns

export const AgentTable = ({ agents }: { readonly agents: readonly Agent[] }) => (
  <ColumnTable
    label="Table of agents"
    columns={
      agents.some(({ member }) => member !== undefined)
        ? [first, inFleet, { ...role!, shown: 'widest' }, ...others]
        : columns
    }
    rows={agents}
    keyOf={({ id }) => id}
    below={quarantineOf}
  />
)
