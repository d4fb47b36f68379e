/** Proposals, those that wait for someone first; below the one that the address names, its record. */
import type { Proposal } from '@vagus/api/steering'
import { formatDateTime } from '../figures/clock.ts'
import { formatAge } from '../figures/format.ts'
import { approvedText, meaningOf, movesText } from '@vagus/api/proposal-words'
import { expectedText, openFirst, outcomeText } from '../figures/proposal-words.ts'
import { now } from '../state/live.ts'
import { clock } from '../state/preferences.ts'
import type { Column } from '../ui/column-table.tsx'
import { RecordTable } from '../ui/record-table.tsx'
import { DecisionRecord } from './decision-record.tsx'
import type { Capacities } from './proposal-loads.tsx'

interface Props {
  readonly proposals: readonly Proposal[]
  readonly capacities: Capacities
}

const columns: readonly Column<Proposal>[] = [
  {
    title: 'state',
    align: 'text',
    shown: 'always',
    cell: (proposal) => (
      <span class={`state-word ${proposal.state}`} title={meaningOf(proposal)}>
        {proposal.state}
      </span>
    ),
  },
  { title: 'moves', align: 'text', shown: 'wide', cell: ({ moves }) => <span class="moves">{movesText(moves)}</span> },
  {
    title: 'expected',
    about: 'load of the fullest link, before and after the moves',
    align: 'text',
    shown: 'wide',
    cell: expectedText,
  },
  {
    title: 'outcome',
    about: 'highest load of the fullest link, as it was and as the other choice would have made it',
    align: 'text',
    shown: 'wide',
    cell: outcomeText,
  },
  {
    title: 'approved by',
    about: 'vagus: by itself, within the bounds of vagus.yaml',
    align: 'text',
    shown: 'wide',
    cell: approvedText,
  },
  {
    title: 'proposed',
    align: 'figure',
    shown: 'always',
    cell: ({ openedAt }) => (
      <span title={formatDateTime(Date.parse(openedAt), clock.value)}>
        {formatAge(now.value - Date.parse(openedAt))} ago
      </span>
    ),
  },
]

export function ProposalTable({ proposals, capacities }: Props) {
  const rows = openFirst(proposals)
  return (
    <RecordTable
      label="Table of proposals"
      kind="proposal"
      rows={rows}
      nameOf={({ id }) => id}
      openAtFirst={rows.find(({ state }) => state === 'open')}
      columns={columns}
      record={(proposal) => <DecisionRecord proposal={proposal} capacities={capacities} />}
    />
  )
}
