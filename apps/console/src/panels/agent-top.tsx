/** The heaviest traffic of one device, as its agent announces it over BGP. */
import { useSignal } from '@preact/signals'
import type { DeviceTop } from '@vagus/api/telemetry'
import { formatAge, formatRate, formatShare, formatSpan, thin, unknown } from '../figures/format.ts'
import { now } from '../state/live.ts'
import { useDeviceTop } from '../state/resources.ts'
import { type Column, ColumnTable } from '../ui/column-table.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { Select } from '../ui/select.tsx'

type Item = DeviceTop['items'][number]

const trendText = (trend: number | null): string =>
  trend === null ? unknown : `${trend < 0 ? '−' : '+'}${Math.abs(trend * 100).toFixed(0)}${thin}%`

const columns: readonly [Column<Item>, ...Column<Item>[]] = [
  { title: 'key', align: 'text', shown: 'always', cell: ({ key }) => <span class="mono">{key}</span> },
  { title: 'rate', align: 'figure', shown: 'always', cell: ({ bitsPerSecond }) => formatRate(bitsPerSecond) },
  {
    title: 'share',
    about: 'of all that the device carries',
    align: 'figure',
    shown: 'always',
    cell: ({ share }) => formatShare(share),
  },
  {
    title: 'trend',
    about: 'change against the window before',
    align: 'figure',
    shown: 'wide',
    cell: ({ trend }) => trendText(trend),
  },
]

const views = [
  { value: 'destination-prefix', text: 'destination prefix' },
  { value: 'source-prefix', text: 'source prefix' },
  { value: 'application', text: 'application' },
  { value: 'flow', text: 'flow' },
  { value: 'as', text: 'origin AS' },
] as const satisfies readonly { readonly value: DeviceTop['view']; readonly text: string }[]

export function AgentTop({ devices }: { readonly devices: readonly string[] }) {
  const chosen = useSignal('')
  // the chosen device, while the filter of the page includes it
  const device = devices.find((name) => name === chosen.value) ?? devices[0] ?? ''
  const by = useSignal<DeviceTop['view']>('destination-prefix')
  const top = useDeviceTop(device, by.value)
  return (
    <Panel
      title="Heaviest traffic of a device"
      span={12}
      command={`vagus device top ${device} --by ${by.value}`}
      about={top.data !== undefined && aboutOf(top.data)}
      controls={
        <>
          <Select
            label="Device"
            options={devices.map((name) => ({ value: name, text: name }))}
            value={device}
            onChoose={(name) => (chosen.value = name)}
          />
          <Select label="By" options={views} value={by.value} onChoose={(view) => (by.value = view)} />
        </>
      }
    >
      <Loaded
        of={top}
        lines={10}
        empty={({ items }) => (items.length === 0 ? <p class="state">None yet.</p> : undefined)}
      >
        {({ items }) => (
          <ColumnTable label="Heaviest traffic" columns={columns} rows={items.slice(0, 20)} keyOf={({ key }) => key} />
        )}
      </Loaded>
    </Panel>
  )
}

function aboutOf({ totals, windowMs, measuredAt }: DeviceTop): string {
  const age = measuredAt === null ? '' : `, ${formatAge(Math.max(0, now.value - Date.parse(measuredAt)))} ago`
  return `IPv4 ${formatRate(totals.ipv4)}, IPv6 ${formatRate(totals.ipv6)} over ${formatSpan(windowMs / 1000)}${age}`
}
