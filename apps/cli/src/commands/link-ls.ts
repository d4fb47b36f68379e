/** `vagus link ls`: every link, its capacity and load both ways. @module */
import type { Link, LinkList } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { type Canvas, lastOption, view, viewOptions } from '../controller-options.ts'
import { rateText, shareText } from '../format.ts'
import { loadCell, stateCell } from '../load-cell.ts'
import { type Cell, type Column, table } from '../table.ts'
import { footText } from '../window.ts'

export const command = defineCommand({
  name: 'link ls',
  summary: 'links: capacity, state, load both ways',
  effect: 'ro',
  examples: [
    { line: 'vagus link ls', does: 'load over the last minute; ! marks 80 % and more' },
    { line: 'vagus link ls --last 15m -o wide', does: 'also what flows and counters each say' },
  ],
  options: { ...lastOption, ...viewOptions },
  run: (call) =>
    view<LinkList>(call, {
      ask: (client) => client.get('LinkList', '/v1/links', { last: `${call.values.last}s` }),
      show: linkListText,
      next: ({ items }) =>
        items[0] === undefined ? 'vagus config explain links' : `vagus link show ${busiest(items)}`,
    }),
})

const peak = ({ aToZ, zToA }: Link): number => Math.max(aToZ.utilisation ?? 0, zToA.utilisation ?? 0)
const busiest = (items: readonly Link[]): string => items.reduce((a, b) => (peak(b) > peak(a) ? b : a)).name

const end = ({ node, interface: name }: Link['a'], wide: boolean): string =>
  wide && name !== null ? `${node} ${name}` : node

/** The table; coverage of a link is the worse of its two directions. */
export function linkListText(list: LinkList, { columns, paint, detail }: Canvas): string {
  const wide = detail === 'wide'
  const heads: Column[] = [
    { head: 'LINK', align: 'left', shrink: 12 },
    { head: 'A', align: 'left', shrink: 8, leaves: 2 },
    { head: 'Z', align: 'left', shrink: 8, leaves: 2 },
    { head: 'CAPACITY', align: 'right' },
    { head: 'STATE', align: 'left' },
    { head: 'A→Z', align: 'right' },
    { head: 'USED', align: 'right' },
    { head: 'Z→A', align: 'right' },
    { head: 'USED', align: 'right' },
    { head: 'COVERAGE', align: 'right', leaves: 1 },
    ...(wide ? wideHeads : []),
  ]
  const rows = list.items.map((link): Cell[] => [
    link.name,
    end(link.a, wide),
    end(link.z, wide),
    rateText(link.capacity),
    stateCell(link.state, paint),
    rateText(link.aToZ.bitsPerSecond),
    loadCell(link.aToZ.utilisation, paint),
    rateText(link.zToA.bitsPerSecond),
    loadCell(link.zToA.utilisation, paint),
    shareText(worse(link.aToZ.coverage, link.zToA.coverage)),
    ...(wide ? [link.aToZ, link.zToA].flatMap((way) => [rateText(way.fromFlows), rateText(way.fromCounters)]) : []),
  ])
  const down = list.items.filter(({ state }) => state === 'down').length
  const foot = footText(list.window, null, [`${rows.length} links, ${down} down`])
  const body = rows.length === 0 ? 'no links configured' : table(heads, rows, columns, paint.strong)
  return `${body}\n${paint.faint(foot.replace(/ · coverage.*/, ''))}`
}

const wideHeads: readonly Column[] = ['A→Z FLOWS', 'A→Z COUNTERS', 'Z→A FLOWS', 'Z→A COUNTERS'].map((head) => ({
  head,
  align: 'right',
  leaves: 0,
}))

const worse = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b)
