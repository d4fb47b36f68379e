/** Fleets: one line for each roster that an owner has published. */
import type { Agent, RosterSummary } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import { formatSpan, unknown } from '../figures/format.ts'
import { now } from '../state/live.ts'
import { type Column, ColumnTable } from '../ui/column-table.tsx'
import { CopyButton } from '../ui/copy.tsx'

/** Milliseconds before its end from which people are warned. */
const soon = 14 * 86_400_000

function Expiry({ expiresAt }: RosterSummary) {
  const left = Date.parse(expiresAt) - now.value
  const span = formatSpan(Math.abs(left) / 1000)
  const state = left <= 0 ? 'down' : left < soon ? 'suspect' : 'up'
  return <span class={`state-word ${state}`}>{left <= 0 ? `expired ${span} ago` : `expires in ${span}`}</span>
}

/** Of the members that can be reached, those whose side-cars decide by this roster. */
function enforcedText({ owner, epoch }: RosterSummary, agents: readonly Agent[]): string {
  const members = agents.filter(({ state, member }) => state === 'reachable' && member?.owner === owner)
  if (members.length === 0) return unknown
  const having = members.filter(({ member }) => (member?.enforces ?? -1) >= epoch).length
  return `${having} of ${members.length} reachable`
}

interface Props {
  readonly rosters: readonly RosterSummary[]
  readonly agents: readonly Agent[]
}

export function FleetTable({ rosters, agents }: Props) {
  const columns: readonly [Column<RosterSummary>, ...Column<RosterSummary>[]] = [
    { title: 'owner', align: 'text', shown: 'always', cell: ({ name, owner }) => name ?? shortId(owner) },
    { title: 'roster', align: 'figure', shown: 'always', cell: ({ epoch }) => epoch },
    { title: 'members', align: 'figure', shown: 'wide', cell: ({ members }) => members },
    {
      title: 'quarantine',
      about: 'members that are cut off',
      align: 'figure',
      shown: 'wide',
      cell: ({ quarantined }) => <span class={quarantined === 0 ? 'muted' : 'congested'}>{quarantined}</span>,
    },
    {
      title: 'decide by it',
      about: 'side-cars that have told that they have this roster',
      align: 'figure',
      shown: 'wide',
      cell: (roster) => enforcedText(roster, agents),
    },
    { title: 'validity', align: 'text', shown: 'always', cell: Expiry },
    {
      title: 'id',
      align: 'text',
      shown: 'wide',
      cell: ({ owner }) => (
        <span class="id">
          <span class="mono">{shortId(owner)}</span>
          <CopyButton text={owner} label="Copy id of the owner" of="text" />
        </span>
      ),
    },
  ]
  return <ColumnTable label="Table of fleets" columns={columns} rows={rosters} keyOf={({ owner }) => owner} />
}
