/** Links as the agents beside the routers measure them, each with the age of its figures. */
import type { LinkTelemetry } from '@vagus/api/telemetry'
import { formatAge, formatCapacity, formatDelay, formatRate, unknown } from '../figures/format.ts'
import { now } from '../state/live.ts'
import { type Column, ColumnTable } from '../ui/column-table.tsx'

const congestion = { no: 'no', out: 'outwards', in: 'inwards', both: 'both ways' } as const

const columns: readonly [Column<LinkTelemetry>, ...Column<LinkTelemetry>[]] = [
  { title: 'interface', align: 'text', shown: 'always', cell: (one) => `${one.device} ${one.interface}` },
  { title: 'link', align: 'text', shown: 'wide', cell: ({ link }) => link ?? unknown },
  { title: 'capacity', align: 'figure', shown: 'wide', cell: ({ capacity }) => formatCapacity(capacity) },
  { title: 'out', align: 'figure', shown: 'always', cell: (one) => formatRate(one.out) },
  { title: 'in', align: 'figure', shown: 'always', cell: (one) => formatRate(one.in) },
  {
    title: 'delay',
    about: 'one way',
    align: 'figure',
    shown: 'wide',
    cell: (one) => formatDelay(one.delayMicroseconds),
  },
  {
    title: 'congested',
    about: 'which way it carries more than its threshold',
    align: 'text',
    shown: 'always',
    cell: ({ congested }) => <span class={congested === 'no' ? 'muted' : 'congested'}>{congestion[congested]}</span>,
  },
  {
    title: 'measured',
    about: 'how old the figures are',
    align: 'figure',
    shown: 'wide',
    cell: ({ measuredAt }) => `${formatAge(Math.max(0, now.value - Date.parse(measuredAt)))} ago`,
  },
]

export function AgentLinks({ links }: { readonly links: readonly LinkTelemetry[] }) {
  return (
    <ColumnTable
      label="Links as measured"
      columns={columns}
      rows={links}
      leftOut="below"
      keyOf={(one) => `${one.device} ${one.interface}`}
    />
  )
}
