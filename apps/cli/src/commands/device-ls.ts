/** `vagus device ls`: configured devices, whether they export, and how far their figures can be trusted. @module */
import type { Device, DeviceList } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { type Canvas, lastOption, view, viewOptions } from '../controller-options.ts'
import { clockLines } from '../clock-text.ts'
import { agoText, perSecondText, rateText, samplingText, shareText } from '../format.ts'
import { lossCell, stateCell } from '../load-cell.ts'
import { type Cell, type Column, table } from '../table.ts'
import { spanText } from '../window.ts'

export const command = defineCommand({
  name: 'device ls',
  summary: 'devices: state of their export, loss, coverage',
  effect: 'ro',
  examples: [
    { line: 'vagus device ls', does: 'one line per device' },
    { line: 'vagus device ls -o wide', does: 'also one line per interface' },
  ],
  options: { ...lastOption, ...viewOptions },
  run: (call) =>
    view<DeviceList>(call, {
      ask: (client) => client.get('DeviceList', '/v1/devices', { last: `${call.values.last}s` }),
      show: deviceListText,
      next: ({ items }) => (items.length === 0 ? 'vagus config explain devices' : 'vagus exporter ls · vagus link ls'),
    }),
})

const heads: readonly Column[] = [
  { head: 'DEVICE', align: 'left', shrink: 12 },
  { head: 'ROLE', align: 'left', leaves: 3 },
  { head: 'ADDRESS', align: 'left', shrink: 12 },
  { head: 'STATE', align: 'left' },
  { head: 'LAST', align: 'right', leaves: 5 },
  { head: 'RECORDS/S', align: 'right' },
  { head: 'LOST', align: 'right' },
  { head: 'SAMPLING', align: 'right', leaves: 4 },
  { head: 'FORMAT', align: 'left', shrink: 6, leaves: 2 },
  { head: 'COUNTERS', align: 'left', leaves: 1 },
  { head: 'COVERAGE', align: 'right' },
]

/** The table; with `-o wide` the interfaces of each device below. */
export function deviceListText(list: DeviceList, { columns, paint, detail }: Canvas): string {
  if (list.items.length === 0) return 'no devices configured'
  const rows = list.items.map((device): Cell[] => [
    device.name,
    device.role,
    device.address,
    deviceState(device, paint),
    agoText(device.lastAt, list.now),
    perSecondText(device.recordsPerSecond),
    lossCell(device.lostShare, shareText(device.lostShare), paint),
    samplingText(device.samplingRate),
    device.protocols.join('+'),
    device.counters ? 'yes' : 'no',
    shareText(device.coverage),
  ])
  const exporting = list.items.filter(({ state }) => state === 'exporting').length
  const foot = `${exporting} of ${rows.length} exporting · ${spanText(list.window)}`
  const interfaces = detail === 'wide' ? `\n\n${interfacesText(list, { columns, paint })}` : ''
  const drawn = `${table(heads, rows, columns, paint.strong)}${interfaces}`
  return [drawn, ...clockLines(list.items, paint.warn), paint.faint(foot)].join('\n')
}

function deviceState({ state }: Device, { good, bad, warn }: Canvas['paint']): Cell {
  return { text: state, paint: state === 'exporting' ? good : state === 'never' ? warn : bad }
}

function interfacesText(list: DeviceList, { columns, paint }: Omit<Canvas, 'detail'>): string {
  const heads: readonly Column[] = [
    { head: 'DEVICE', align: 'left' },
    { head: 'INTERFACE', align: 'left', shrink: 12 },
    { head: 'INDEX', align: 'right' },
    { head: 'SITE', align: 'left' },
    { head: 'STATE', align: 'left' },
    { head: 'IN', align: 'right' },
    { head: 'OUT', align: 'right' },
  ]
  const rows = list.items.flatMap((device) =>
    device.interfaces.map((each): Cell[] => [
      device.name,
      each.name,
      String(each.index),
      each.site ?? '',
      stateCell(each.state, paint),
      rateText(each.inBitsPerSecond),
      rateText(each.outBitsPerSecond),
    ]),
  )
  return table(heads, rows, columns, paint.strong)
}
