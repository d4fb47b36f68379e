/** Private lines, a row each; below the one that the address names, its record. */
import { actorText } from '@vagus/api/actor-text'
import { isLineOver, isLinePassed, linePathText, lineStateMeaning, lineStateText } from '@vagus/api/line-words'
import type { Line } from '@vagus/api/lines'
import { formatDateTime } from '../figures/clock.ts'
import { formatAge, formatCapacity, formatRate } from '../figures/format.ts'
import { now } from '../state/live.ts'
import { clock } from '../state/preferences.ts'
import type { Column } from '../ui/column-table.tsx'
import { RecordTable } from '../ui/record-table.tsx'
import { LineRecord, roundTripText } from './line-record.tsx'

const columns: readonly Column<Line>[] = [
  {
    title: 'between',
    align: 'text',
    shown: 'always',
    cell: ({ from, to }) => `${from} – ${to}`,
  },
  {
    title: 'state',
    align: 'text',
    shown: 'always',
    cell: (line) => (
      <span class={`state-word ${isLinePassed(line) ? 'past' : line.state}`} title={lineStateMeaning(line)}>
        {lineStateText(line)}
      </span>
    ),
  },
  {
    title: 'rate',
    about: 'guaranteed both ways, of IP packets of 1,200 octets',
    align: 'figure',
    shown: 'wide',
    cell: ({ bitsPerSecond }) => formatCapacity(bitsPerSecond),
  },
  { title: 'forth', align: 'figure', shown: 'wide', cell: ({ last }) => formatRate(last?.delivered.forth ?? null) },
  { title: 'back', align: 'figure', shown: 'wide', cell: ({ last }) => formatRate(last?.delivered.back ?? null) },
  {
    title: 'round trip p99',
    about: 'of probes over the line, in its last minute',
    align: 'figure',
    shown: 'wide',
    cell: ({ last }) => roundTripText(last, 'p99'),
  },
  {
    title: 'by',
    about: 'who ordered it: the operator, or an agent of the fleet within bounds',
    align: 'text',
    shown: 'widest',
    cell: ({ by }) => <span title={by.id ?? undefined}>{actorText(by)}</span>,
  },
  { title: 'path', align: 'text', shown: 'widest', cell: ({ path }) => linePathText(path) },
  {
    title: 'ends',
    align: 'figure',
    shown: 'wide',
    cell: (line) => (
      <span title={formatDateTime(Date.parse(line.end), clock.value)}>
        {isLineOver(line) ? '–' : `in ${formatAge(Math.max(0, Date.parse(line.end) - now.value))}`}
      </span>
    ),
  },
]

export function LineTable({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <RecordTable
      label="Table of private lines"
      kind="line"
      rows={lines}
      nameOf={({ id }) => id}
      openAtFirst={lines.find((line) => !isLineOver(line))}
      columns={columns}
      record={(line) => <LineRecord line={line} />}
    />
  )
}
