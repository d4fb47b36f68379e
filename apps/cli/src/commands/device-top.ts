/** `vagus device top DEVICE`: the heaviest traffic of a device, as its agent announces it. @module */
import { type DeviceTop, viewKinds } from '@vagus/api/telemetry'
import { whereAgentIs } from '../bgp/bgp-options.ts'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { orSay } from '../failure.ts'
import { durationText, rateText, shareText, unknown } from '../format.ts'
import { type Cell, type Column, table } from '../table.ts'

export const command = defineCommand({
  name: 'device top',
  summary: "a device's heaviest traffic, as its agent announces it",
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
      description: 'what to rank',
    },
    n: { type: 'count', short: 'n', value: 'COUNT', min: 1, max: 1000, default: 20, description: 'how many' },
    ...viewOptions,
  },
  run: (call) =>
    view<DeviceTop>(call, {
      ask: (client) =>
        client
          .get<DeviceTop>('DeviceTop', '/v1/telemetry/top', { device: call.words[0]!, view: call.values.by })
          .catch(orSay('the names: vagus device ls', whereAgentIs)),
      show: (top, canvas) => deviceTopText({ ...top, items: top.items.slice(0, call.values.n) }, canvas),
      next: () => 'vagus flow top',
    }),
})

const figures: readonly Column[] = [
  { head: 'RATE', align: 'right' },
  { head: 'SHARE', align: 'right', leaves: 2 },
  { head: 'TREND', align: 'right', leaves: 1 },
]
/** An address of eight groups in brackets, and its port. Figures are dropped before an end is cut. */
const longestEnd = 47
const ends: readonly Column[] = ['FROM', 'TO'].map((head) => ({ head, align: 'left', shrink: 18, prefers: longestEnd }))
const key: readonly Column[] = [{ head: 'KEY', align: 'left', shrink: 18 }]

export function deviceTopText(top: DeviceTop, { columns, paint }: Canvas): string {
  if (top.ageSeconds === null) return `${top.device} has announced nothing by ${top.view} yet`
  const isFlow = top.view === 'flow'
  const rows = top.items.map((item): Cell[] => [
    // Two cells, so that both ends are cut alike: one text would lose the second.
    ...(isFlow ? endsOf(item.key) : [item.key]),
    rateText(item.bitsPerSecond),
    shareText(item.share),
    item.trend === null ? unknown : `${item.trend >= 0 ? '+' : '−'}${Math.abs(item.trend * 100).toFixed(0)} %`,
  ])
  const heads = [...(isFlow ? ends : key), ...figures]
  const { ipv4, ipv6 } = top.totals
  const foot = `IPv4 ${rateText(ipv4)} · IPv6 ${rateText(ipv6)} · over ${durationText(top.windowMs / 1000)}, ${durationText(top.ageSeconds)} ago`
  return `${table(heads, rows, columns, paint.strong)}\n${paint.faint(foot)}`
}

/** The two ends of `10.0.0.1:443 → 10.0.0.2:50000 tcp`. */
function endsOf(flow: string): [string, string] {
  const [from = '', to = ''] = flow.split(' → ')
  return [from, to]
}
