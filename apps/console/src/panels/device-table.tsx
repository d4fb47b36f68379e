/** Devices with what they export and how well we know them; the interfaces of each below it. */
import type { Device } from '@vagus/api'
import { formatAge, formatPerSecond, formatRate, formatSampling, formatShare, unknown } from '../figures/format.ts'
import { now } from '../state/live.ts'
import type { Column } from '../ui/column-table.tsx'
import { ColumnTable } from '../ui/column-table.tsx'
import { CoverageFigure } from '../ui/provenance.tsx'

const stateWords = {
  exporting: 'exporting',
  undecoded: 'no template',
  silent: 'silent',
  never: 'never seen',
} as const

const columns: readonly [Column<Device>, ...Column<Device>[]] = [
  { title: 'device', align: 'text', shown: 'always', cell: ({ name }) => name },
  { title: 'role', align: 'text', shown: 'wide', cell: ({ role }) => role },
  { title: 'address', align: 'text', shown: 'wide', cell: ({ address }) => <span class="mono">{address}</span> },
  {
    title: 'state',
    align: 'text',
    shown: 'always',
    cell: ({ state }) => <span class={`state-word ${state}`}>{stateWords[state]}</span>,
  },
  {
    title: 'last record',
    align: 'figure',
    shown: 'always',
    cell: ({ lastAt }) => (lastAt === null ? unknown : `${formatAge(now.value - Date.parse(lastAt))} ago`),
  },
  {
    title: 'records/s',
    about: 'flow records a second',
    align: 'figure',
    shown: 'wide',
    cell: ({ recordsPerSecond }) => formatPerSecond(recordsPerSecond),
  },
  {
    title: 'lost',
    about: 'flow records lost on the way within the last hour, by gaps in sequence numbers',
    align: 'figure',
    shown: 'wide',
    cell: ({ lostShare }) => formatShare(lostShare),
  },
  {
    title: 'sampling',
    about: 'how many of its packets it looks at',
    align: 'figure',
    shown: 'wide',
    cell: ({ samplingRate }) => formatSampling(samplingRate),
  },
  { title: 'protocols', align: 'text', shown: 'wide', cell: ({ protocols }) => protocols.join(', ') || unknown },
  {
    title: 'counters',
    about: 'interface counters, which flows are compared with',
    align: 'text',
    shown: 'wide',
    cell: ({ counters }) => (counters ? 'arrive' : <span class="low">none</span>),
  },
  {
    title: 'coverage',
    about: 'flow octets as a share of what its interfaces counted',
    align: 'figure',
    shown: 'always',
    cell: ({ coverage }) => <CoverageFigure share={coverage} />,
  },
]

export const DeviceTable = ({ devices }: { readonly devices: readonly Device[] }) => (
  <ColumnTable
    label="Table of devices"
    columns={columns}
    rows={devices}
    keyOf={({ name }) => name}
    below={(device) => (
      <ul class="interfaces" aria-label={`Interfaces of ${device.name}`}>
        {device.interfaces.map((each) => (
          <Interface key={each.index} interface={each} />
        ))}
      </ul>
    )}
  />
)

function Interface({ interface: each }: { readonly interface: Device['interfaces'][number] }) {
  return (
    <li>
      <span class="mono">{each.name}</span>
      {each.site !== null && <span class="tag">{each.site}</span>}
      {each.state === 'down' ? (
        <span class="state-word down">down</span>
      ) : (
        <span class="muted">
          in {formatRate(each.inBitsPerSecond)} · out {formatRate(each.outBitsPerSecond)}
        </span>
      )}
    </li>
  )
}
