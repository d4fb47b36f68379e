/** `vagus device interfaces DEVICE`: all that a router tells of its interfaces by SNMP, for `vagus.yaml`. @module */
import type { DeviceInterfaces } from '@vagus/api/counters'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { orSay } from '../failure.ts'
import { capacityText, countOf, unknown } from '../format.ts'
import { type Cell, type Column, table } from '../table.ts'

export const command = defineCommand({
  name: 'device interfaces',
  summary: "a router's interfaces by SNMP: names, speeds, descriptions",
  effect: 'ro',
  examples: [{ line: 'vagus device interfaces edge-1', does: 'which of them vagus.yaml has, and those it could have' }],
  arguments: [{ name: 'DEVICE', description: 'a name of "vagus device ls"', presence: 'required' }],
  options: viewOptions,
  run: (call) =>
    view<DeviceInterfaces>(call, {
      ask: (client) =>
        client
          .get<DeviceInterfaces>('DeviceInterfaces', `/v1/devices/${encodeURIComponent(call.words[0]!)}/interfaces`)
          .catch(orSay('the names: vagus device ls; how it is asked: vagus exporter ls', 'vagus cheat snmp')),
      show: deviceInterfacesText,
      next: () => 'vagus config explain devices.interfaces',
    }),
})

const heads: readonly Column[] = [
  { head: 'NAME', align: 'left', shrink: 12 },
  { head: 'INDEX', align: 'right', leaves: 1 },
  { head: 'SPEED', align: 'right' },
  { head: 'IN VAGUS.YAML', align: 'left', leaves: 2 },
  { head: 'ALIAS', align: 'left', shrink: 8 },
  { head: 'DESCRIPTION', align: 'left', shrink: 8, leaves: 3 },
]

export function deviceInterfacesText({ items, isCut }: DeviceInterfaces, { columns, paint }: Canvas): string {
  const rows = items.map(({ name, index, bitsPerSecond, configured, alias, description }): Cell[] => [
    name,
    String(index),
    bitsPerSecond === null ? unknown : capacityText(bitsPerSecond),
    configured ?? '',
    alias,
    description === name ? '' : description,
  ])
  const known = items.filter(({ configured }) => configured !== null).length
  const more = isCut ? ', and more that are not listed' : ''
  const foot = `${countOf(items.length, 'interface')}${more} · ${known} in vagus.yaml`
  return `${table(heads, rows, columns, paint.strong)}\n${paint.faint(foot)}`
}
