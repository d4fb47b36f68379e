/** `vagus link ls`: every link, its capacity and load both ways. @module */
import { chanceOf, chanceText, isLikely, levelText } from '@vagus/api/insight-words'
import type { Link, LinkList } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { type Canvas, lastOption, view, viewOptions } from '../controller-options.ts'
import { capacityText, countOf, delayText, durationText, rateText, shareText, unknown } from '../format.ts'
import { loadCell, stateCell } from '../load-cell.ts'
import { type Cell, type Column, table } from '../table.ts'
import { spanText } from '../window.ts'

export const command = defineCommand({
  name: 'link ls',
  summary: 'links: capacity, state, load both ways',
  effect: 'ro',
  examples: [
    {
      line: 'vagus link ls',
      does: 'load over the last minute, and the chance to fill; ! marks 80 % and more',
    },
    { line: 'vagus link ls --last 15m -o wide', does: 'also the load by flows and by counters, and who tells those' },
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

const endText = ({ node, interface: name }: Link['a'], detail: Canvas['detail']): string =>
  detail === 'wide' && name !== null ? `${node} ${name}` : node

/** The table; coverage of a link is the worse of its two directions. */
export function linkListText(list: LinkList, { columns, paint, detail }: Canvas): string {
  const expected = list.items.find((one) => one.expected !== undefined)?.expected
  const isMeasured = list.items.some(({ measured }) => measured !== undefined)
  const heads: Column[] = [
    { head: 'LINK', align: 'left', shrink: 12 },
    { head: 'A → Z', align: 'left', shrink: 14 },
    { head: 'CAPACITY', align: 'right', leaves: 2 },
    { head: 'STATE', align: 'left', leaves: 3 },
    { head: 'A→Z', align: 'right' },
    { head: 'USED', align: 'right' },
    { head: 'Z→A', align: 'right' },
    { head: 'USED', align: 'right' },
    { head: 'COVERAGE', align: 'right', leaves: 1 },
    ...(expected === undefined
      ? []
      : [
          {
            head: `${levelText(expected.utilisation)} BY ${clockText(expected.by)}`,
            align: 'right',
            leaves: 1,
          } as const,
        ]),
    ...(isMeasured ? measuredHeads : []),
    ...(detail === 'wide' ? wideHeads : []),
  ]
  const rows = list.items.map((link): Cell[] => [
    link.name,
    `${endText(link.a, detail)} → ${endText(link.z, detail)}`,
    capacityText(link.capacity),
    stateCell(link.state, paint),
    ...wayCells(link, link.aToZ, paint),
    ...wayCells(link, link.zToA, paint),
    shareText(worse(link.aToZ.coverage, link.zToA.coverage)),
    ...(expected === undefined ? [] : [chanceCell(link, paint)]),
    ...(isMeasured ? measuredCells(link) : []),
    ...(detail === 'wide' ? [...[link.aToZ, link.zToA].flatMap(sourceCells), countersCell(link)] : []),
  ])
  const down = list.items.filter(({ state }) => state === 'down').length
  const { window } = list
  const foot = `${countOf(rows.length, 'link')}, ${down} down · ${spanText(window)}`
  const body = rows.length === 0 ? 'no links configured' : table(heads, rows, columns, paint.strong)
  return `${body}\n${paint.faint(foot)}`
}

/** A link that is down says so in place of its load: the STATE column may have been dropped. */
function wayCells({ state }: Link, { bitsPerSecond, utilisation }: Link['aToZ'], paint: Canvas['paint']): Cell[] {
  if (state === 'down') return [{ text: 'down', paint: paint.bad }, unknown]
  return [rateText(bitsPerSecond), loadCell(utilisation, paint)]
}

/** The chance that the link fills up, of the likelier way. */
function chanceCell({ expected }: Link, paint: Canvas['paint']): Cell {
  const text = chanceText(chanceOf(expected))
  return isLikely(expected) ? { text: `! ${text}`, paint: paint.warn } : text
}

/** `14:30Z`: hours and minutes of a time in UTC. */
const clockText = (at: string): string => `${at.slice(11, 16)}Z`

const sourceCells = ({ fromFlows, fromCounters }: Link['aToZ']): Cell[] => [rateText(fromFlows), rateText(fromCounters)]

/** What agents beside the routers measure, and its age. */
const measuredHeads: readonly Column[] = [
  { head: 'MEASURED', align: 'right', leaves: 1 },
  { head: 'DELAY', align: 'right', leaves: 1 },
  { head: 'AGE', align: 'right', leaves: 1 },
]

const measuredCells = ({ measured }: Link): Cell[] =>
  measured === undefined
    ? [unknown, unknown, unknown]
    : [capacityText(measured.capacity), delayText(measured.delayMicroseconds), durationText(measured.ageSeconds)]

const wideHeads: readonly Column[] = [
  ...['A→Z FLOWS', 'A→Z COUNTERS', 'Z→A FLOWS', 'Z→A COUNTERS'].map((head): Column => ({
    head,
    align: 'right',
    leaves: 1,
  })),
  { head: 'COUNTERS OF', align: 'left', leaves: 1 },
]

const countersCell = ({ counters }: Link): string =>
  counters === undefined ? unknown : `${counters.device} (${counters.from})`

const worse = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b)
