/** Who sends flow datagrams: each address, port and observation domain with its templates, losses and sampling. */
import type { Exporter } from '@vagus/api'
import { formatAge, formatCount, formatShare, unknown } from '../figures/format.ts'
import { now } from '../state/live.ts'
import type { Column } from '../ui/column-table.tsx'
import { ColumnTable } from '../ui/column-table.tsx'

const protocolNames = { netflow5: 'NetFlow v5', netflow9: 'NetFlow v9', ipfix: 'IPFIX', sflow5: 'sFlow v5' } as const

const count = (title: string, of: (exporter: Exporter) => number): Column<Exporter> => ({
  title,
  align: 'figure',
  shown: 'wide',
  cell: (exporter) => formatCount(of(exporter)),
})

/** IPv6 addresses stand in brackets before a port (RFC 5952 §6). */
const endpointOf = ({ address, port }: Exporter): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

const columns: readonly [Column<Exporter>, ...Column<Exporter>[]] = [
  {
    title: 'exporter',
    align: 'text',
    shown: 'always',
    cell: (exporter) => (
      <>
        <span class="mono">{endpointOf(exporter)}</span>
        {exporter.domain > 0 && <span class="tag">domain {exporter.domain}</span>}
      </>
    ),
  },
  {
    title: 'device',
    align: 'text',
    shown: 'always',
    cell: ({ device }) => device ?? <span class="low">not configured</span>,
  },
  { title: 'protocol', align: 'text', shown: 'wide', cell: ({ protocol }) => protocolNames[protocol] },
  {
    title: 'last',
    align: 'figure',
    shown: 'wide',
    cell: ({ lastAt }) => `${formatAge(now.value - Date.parse(lastAt))} ago`,
  },
  count('datagrams', ({ datagrams }) => datagrams),
  count('records', ({ records }) => records),
  count('templates', ({ templates }) => templates),
  count('parked', ({ parked }) => parked),
  count('malformed', ({ malformed }) => malformed),
  {
    title: 'lost',
    align: 'figure',
    shown: 'always',
    cell: ({ lost }) => (
      <span title={`${formatCount(lost.units)} ${lost.unit}; counting rule: ${lost.rule}`}>
        {formatShare(lost.share)}
      </span>
    ),
  },
  {
    title: 'sampling',
    align: 'figure',
    shown: 'wide',
    cell: ({ sampling }) =>
      sampling === null ? unknown : <span title={`from ${sampling.from}`}>1 in {formatCount(sampling.rate)}</span>,
  },
]

export const ExporterTable = ({ exporters }: { readonly exporters: readonly Exporter[] }) => (
  <ColumnTable
    label="Table of exporters"
    columns={columns}
    rows={exporters}
    keyOf={(exporter) => `${endpointOf(exporter)} ${exporter.domain} ${exporter.protocol}`}
  />
)
