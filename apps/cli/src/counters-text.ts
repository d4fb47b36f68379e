/** Where interface counters come from, device by device. @module */
import type { ExporterList } from '@vagus/api'
import type { DeviceCounters } from '@vagus/api/counters'
import type { Canvas } from './controller-options.ts'
import { agoText, durationText, unknown } from './format.ts'
import { type Cell, type Column, printable, table } from './table.ts'
import { wrapped } from './wrap.ts'

const columnsOf: readonly Column[] = [
  { head: 'DEVICE', align: 'left', shrink: 10 },
  { head: 'COUNTERS', align: 'left' },
  { head: 'FOR', align: 'right' },
  { head: 'SNMP', align: 'left' },
  { head: 'AT', align: 'left', shrink: 15, leaves: 2 },
  { head: 'LAST', align: 'right', leaves: 1 },
  { head: 'UP', align: 'right', leaves: 1 },
]

/** No line where no device is configured. */
export function countersText({ counters = [], now }: ExporterList, { columns, paint }: Canvas): readonly string[] {
  if (counters.length === 0) return []
  const secondsSince = (at: string | null | undefined): string =>
    at === null || at === undefined ? unknown : durationText((Date.parse(now) - Date.parse(at)) / 1000)
  const rows = counters.map(({ device, from, since, snmp }): Cell[] => [
    device,
    from.length === 0 ? { text: 'none', paint: paint.warn } : from.join(' + '),
    secondsSince(since),
    snmp === undefined ? 'not asked' : snmpCell(snmp, paint),
    snmp?.place ?? '',
    snmp === undefined ? '' : agoText(snmp.lastAt, now),
    snmp === undefined ? '' : secondsSince(snmp.upSince),
  ])
  const problems = counters.flatMap(({ device, snmp }) =>
    problemsOf(snmp).flatMap((problem) => wrapped(printable(`${device}: ${problem}`), columns)),
  )
  return ['', table(columnsOf, rows, columns, paint.strong), ...problems.map(paint.warn)]
}

function problemsOf(snmp: DeviceCounters['snmp']): readonly string[] {
  if (snmp === undefined) return []
  const { problem, missing } = snmp
  const absent = `it has no interface ${missing.join(', ')}; those that it has: vagus device interfaces`
  return [...(problem === '' ? [] : [problem]), ...(missing.length === 0 ? [] : [absent])]
}

function snmpCell({ state, version, level }: NonNullable<DeviceCounters['snmp']>, paint: Canvas['paint']): Cell {
  const how = version === '3' ? `v3 ${level}` : 'v2c'
  return state === 'answers' ? how : { text: `${how} ${state}`, paint: state === 'waiting' ? paint.faint : paint.bad }
}
