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

const addressesOf = ({ locators }: Agent): string => locators.flatMap(({ addresses }) => addresses).join('\n')

const columns: readonly [Column<Agent>, ...Column<Agent>[]] = [
  { title: 'agent', align: 'text', shown: 'always', cell: ({ name }) => name },
  { title: 'role', align: 'text', shown: 'wide', cell: ({ role }) => role },
  { title: 'skills', align: 'text', shown: 'wide', cell: ({ skills }) => skills.join(', ') || unknown },
  {
    title: 'state',
    align: 'text',
    shown: 'always',
    cell: ({ state }) => <span class={`state-word ${state}`}>{state}</span>,
  },
  { title: 'site', align: 'text', shown: 'always', cell: ({ site }) => site ?? unknown },
  {
    title: 'networks',
    align: 'text',
    shown: 'wide',
    cell: (agent) => <span title={addressesOf(agent)}>{networksOf(agent).join(', ') || unknown}</span>,
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

export const AgentTable = ({ agents }: { readonly agents: readonly Agent[] }) => (
  <ColumnTable label="Table of agents" columns={columns} rows={agents} keyOf={({ id }) => id} />
)
