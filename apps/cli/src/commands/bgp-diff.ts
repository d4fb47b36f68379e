/** `vagus bgp diff BEFORE AFTER`: what differs between two tables of a speaker. @module */
import type { BgpDiff } from '@vagus/api'
import { deviceOption, pathCells, pathColumns, whereAgentIs, whoseNames, widePathColumns } from '../bgp/bgp-options.ts'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { orSay } from '../failure.ts'
import { countOf, countText } from '../format.ts'
import { type Cell, table } from '../table.ts'

export const command = defineCommand({
  name: 'bgp diff',
  summary: 'what differs between two BGP tables',
  effect: 'ro',
  examples: [{ line: 'vagus bgp diff adj-in/router rib --device pe-1', does: 'routes that were not chosen as best' }],
  arguments: [
    { name: 'BEFORE', description: 'rib, adj-in/PEER or adj-out/PEER', presence: 'required' },
    { name: 'AFTER', description: 'the table to compare with', presence: 'required' },
  ],
  options: {
    ...deviceOption,
    ipv6: { type: 'flag', short: '6', description: 'IPv6 routes' },
    limit: { type: 'count', short: 'n', value: 'N', min: 1, max: 10_000, default: 100, description: 'how many' },
    ...viewOptions,
  },
  run: (call) =>
    view<BgpDiff>(call, {
      ask: (client) =>
        client
          .get<BgpDiff>('BgpDiff', '/v1/bgp/diff', {
            before: call.words[0],
            after: call.words[1],
            family: call.values.ipv6 ? 'ipv6-unicast' : 'ipv4-unicast',
            device: call.values.device,
            limit: call.values.limit,
          })
          .catch(orSay(whoseNames, whereAgentIs)),
      show: bgpDiffText,
      next: () => '',
    }),
})

/** Like diff: a minus marks BEFORE, a plus AFTER. */
export function bgpDiffText(diff: BgpDiff, canvas: Canvas): string {
  if (diff.items.length === 0) return `${diff.before} and ${diff.after} are the same`
  const { paint } = canvas
  const rows = diff.items.flatMap(({ prefix, before, after }): Cell[][] => [
    ...(before === null ? [] : [[{ text: `- ${prefix}`, paint: paint.bad }, ...pathCells(before, canvas)]]),
    ...(after === null ? [] : [[{ text: `+ ${prefix}`, paint: paint.good }, ...pathCells(after, canvas)]]),
  ])
  const columns = [
    { head: '  PREFIX', align: 'left' } as const,
    ...pathColumns,
    ...(canvas.detail === 'wide' ? widePathColumns : []),
  ]
  const count = `${countText(diff.items.length)} of ${countOf(diff.total, 'difference')}`
  return `${table(columns, rows, canvas.columns, paint.strong)}\n${paint.faint(count)}`
}
