/** `vagus device top DEVICE`: the heaviest of its traffic, as its agent tells everybody. @module */
import { type DeviceTop, viewKinds } from '@vagus/api/telemetry'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { durationText, rateText, shareText, unknown } from '../format.ts'
import { type Cell, type Column, table } from '../table.ts'

export const command = defineCommand({
  name: 'device top',
  summary: "the heaviest of a device's traffic, as its agent tells it",
  effect: 'ro',
  examples: [
    { line: 'vagus device top pe-1', does: 'by destination prefix' },
    { line: 'vagus device top pe-1 --by application', does: 'by another key' },
  ],
  arguments: [{ name: 'DEVICE', description: 'a name of "vagus device ls"', presence: 'required' }],
  options: {
    by: {
      type: 'text',
      value: 'KEY',
      choices: viewKinds,
      default: 'destination-prefix',
      description: 'what is ranked',
    },
    ...viewOptions,
  },
  run: (call) =>
    view<DeviceTop>(call, {
      ask: (client) => client.get('DeviceTop', '/v1/telemetry/top', { device: call.words[0]!, view: call.values.by }),
      show: deviceTopText,
      next: () => 'vagus flow top',
    }),
})

const heads: readonly Column[] = [
  { head: 'KEY', align: 'left', shrink: 18 },
  { head: 'RATE', align: 'right' },
  { head: 'SHARE', align: 'right' },
  { head: 'TREND', align: 'right' },
]

export function deviceTopText(top: DeviceTop, { columns, paint }: Canvas): string {
  if (top.ageSeconds === null) return `${top.device} told nothing by ${top.view} yet`
  const rows = top.items.map(({ key, bitsPerSecond, share, trend }): Cell[] => [
    key,
    rateText(bitsPerSecond),
    shareText(share),
    trend === null ? unknown : `${trend >= 0 ? '+' : '−'}${Math.abs(trend * 100).toFixed(0)} %`,
  ])
  const { ipv4, ipv6 } = top.totals
  const foot = `IPv4 ${rateText(ipv4)} · IPv6 ${rateText(ipv6)} · over ${durationText(top.windowMs / 1000)}, ${durationText(top.ageSeconds)} ago`
  return `${table(heads, rows, columns, paint.strong)}\n${paint.faint(foot)}`
}
