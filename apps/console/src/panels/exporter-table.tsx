/**
 * Who sends flow datagrams: each address and protocol with its losses and sampling; the ports and observation domains
 * of one that has many open below it.
 */
import type { Signal } from '@preact/signals'
import { useSignal } from '@preact/signals'
import type { Exporter } from '@vagus/api'
import { exporterGroupsOf } from '../figures/exporter-groups.ts'
import { formatAge, formatCount, formatSampling, formatShare } from '../figures/format.ts'
import { now } from '../state/live.ts'
import type { Column } from '../ui/column-table.tsx'
import { ColumnTable } from '../ui/column-table.tsx'

const protocolNames = { netflow5: 'NetFlow v5', netflow9: 'NetFlow v9', ipfix: 'IPFIX', sflow5: 'sFlow v5' } as const

/** A line of the table: a group with its number of streams, or one stream. */
interface Line {
  readonly kind: 'group' | 'single' | 'part'
  readonly key: string
  readonly exporter: Exporter
  readonly streams: number
}

const count = (title: string, about: string, of: (exporter: Exporter) => number): Column<Line> => ({
  title,
  about,
  align: 'figure',
  shown: 'wide',
  cell: ({ exporter }) => formatCount(of(exporter)),
})

/** IPv6 addresses stand in brackets before a port (RFC 5952 §6). */
const endpointOf = ({ address, port }: Exporter): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

const domainTag = ({ domain }: Exporter) => domain > 0 && <span class="tag">domain {domain}</span>

const columnsOf = (open: Signal<ReadonlySet<string>>): readonly [Column<Line>, ...Column<Line>[]] => [
  {
    title: 'exporter',
    align: 'text',
    shown: 'always',
    cell: (line) => (line.kind === 'group' ? <GroupName line={line} open={open} /> : <StreamName line={line} />),
  },
  {
    title: 'device',
    align: 'text',
    shown: 'always',
    cell: ({ kind, exporter }) => kind !== 'part' && (exporter.device ?? <span class="low">not configured</span>),
  },
  {
    title: 'protocol',
    align: 'text',
    shown: 'wide',
    cell: ({ kind, exporter }) => kind !== 'part' && protocolNames[exporter.protocol],
  },
  {
    title: 'last',
    align: 'figure',
    shown: 'wide',
    cell: ({ exporter }) => `${formatAge(now.value - Date.parse(exporter.lastAt))} ago`,
  },
  count('datagrams', 'flow datagrams that came', ({ datagrams }) => datagrams),
  count('records', 'flow records in them', ({ records }) => records),
  count('templates', 'templates that are known of it; records are read by them', ({ templates }) => templates),
  count('parked', 'datagrams that wait for their template', ({ parked }) => parked),
  count('malformed', 'datagrams that are not what their protocol says', ({ malformed }) => malformed),
  {
    title: 'lost',
    about: 'within the last hour, by gaps in its sequence numbers',
    align: 'figure',
    shown: 'always',
    cell: ({ exporter: { lost }, streams }) => (
      <span
        title={`${formatCount(lost.units)} ${lost.unit} since it was first seen; counting rule: ${lost.rule}${streams > 1 ? '; the share of the worst stream' : ''}`}
      >
        {formatShare(lost.share)}
      </span>
    ),
  },
  {
    title: 'sampling',
    about: 'how many of its packets it looks at',
    align: 'figure',
    shown: 'wide',
    cell: ({ exporter: { sampling } }) => (
      <span title={sampling === null ? undefined : `from ${sampling.from}`}>
        {formatSampling(sampling === null ? null : sampling.rate)}
      </span>
    ),
  },
]

function StreamName({ line: { kind, exporter } }: { readonly line: Line }) {
  return (
    <>
      <span class={`mono ${kind}`}>{kind === 'part' ? `port ${exporter.port}` : endpointOf(exporter)}</span>
      {domainTag(exporter)}
    </>
  )
}

interface GroupProps {
  readonly line: Line
  readonly open: Signal<ReadonlySet<string>>
}

function GroupName({ line: { key, exporter, streams }, open }: GroupProps) {
  const isOpen = open.value.has(key)
  const toggle = (): void => {
    open.value = isOpen ? new Set([...open.value].filter((each) => each !== key)) : new Set([...open.value, key])
  }
  return (
    <button type="button" class="fold" aria-expanded={isOpen ? 'true' : 'false'} onClick={toggle}>
      <span class="mono">{exporter.address}</span>
      <span class="tag">{streams} streams</span>
    </button>
  )
}

function linesOf(exporters: readonly Exporter[], open: ReadonlySet<string>): Line[] {
  return exporterGroupsOf(exporters).flatMap(({ key, streams, whole }): Line[] => {
    const parts = streams.map((exporter) => ({
      kind: 'part' as const,
      key: `${key} ${exporter.port} ${exporter.domain}`,
      exporter,
      streams: 1,
    }))
    if (parts.length === 1) return [{ ...parts[0]!, kind: 'single' }]
    return [{ kind: 'group', key, exporter: whole, streams: parts.length }, ...(open.has(key) ? parts : [])]
  })
}

export function ExporterTable({ exporters }: { readonly exporters: readonly Exporter[] }) {
  /** Keys of the groups that are open. */
  const open = useSignal<ReadonlySet<string>>(new Set())
  return (
    <ColumnTable
      label="Table of exporters"
      columns={columnsOf(open)}
      rows={linesOf(exporters, open.value)}
      keyOf={({ key }) => key}
    />
  )
}
