/** Where the interface counters of each device come from, and why one that is asked by SNMP does not answer. */
import type { DeviceCounters } from '@vagus/api/counters'
import { formatAge } from '../figures/format.ts'
import { now } from '../state/live.ts'
import { type Column, ColumnTable } from '../ui/column-table.tsx'

const sourceNames = { sflow: 'sFlow', snmp: 'SNMP' } as const

const age = (at: string | null | undefined) => at && formatAge(now.value - Date.parse(at))

const columns: readonly [Column<DeviceCounters>, ...Column<DeviceCounters>[]] = [
  { title: 'device', align: 'text', shown: 'always', cell: ({ device }) => device },
  {
    title: 'counters',
    about: 'sFlow: the device tells them by itself, or the agent beside it does',
    align: 'text',
    shown: 'always',
    cell: ({ from }) =>
      from.length === 0 ? <span class="low">none</span> : from.map((one) => sourceNames[one]).join(', '),
  },
  { title: 'for', align: 'figure', shown: 'wide', cell: ({ since }) => age(since) },
  {
    title: 'asked by SNMP',
    align: 'text',
    shown: 'always',
    cell: ({ snmp }) => snmp && (snmp.problem || `${snmp.version === '3' ? `v3 ${snmp.level}` : 'v2c'}, ${snmp.state}`),
  },
  { title: 'last answer', align: 'figure', shown: 'wide', cell: ({ snmp }) => age(snmp?.lastAt) },
  {
    title: 'up',
    about: 'since when it, or its SNMP agent, is up',
    align: 'figure',
    shown: 'widest',
    cell: ({ snmp }) => age(snmp?.upSince),
  },
]

export function CounterTable({ counters }: { readonly counters: readonly DeviceCounters[] }) {
  return <ColumnTable label="Table of counters" columns={columns} rows={counters} keyOf={({ device }) => device} />
}
