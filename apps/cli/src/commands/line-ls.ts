/** `vagus line ls`: the private lines, and what each delivers. @module */
import { actorText } from '@vagus/api/actor'
import { isLineHeld, isLineOver, linePathText } from '@vagus/api/line-words'
import { type LineList, lineStates } from '@vagus/api/lines'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { capacityText, countOf, countText, durationText, rateText, timeText, unknown } from '../format.ts'
import { roundTripText, stateCellOf } from '../line/line-text.ts'
import { sameSitesText } from '../line/same-sites.ts'
import { type Cell, type Column, printable, table } from '../table.ts'

export const command = defineCommand({
  name: 'line ls',
  summary: 'private lines: ordered rate, path, what they deliver',
  effect: 'ro',
  examples: [
    { line: 'vagus line ls', does: 'all of them, with those that ended lately' },
    { line: 'vagus line ls --state active --watch', does: 'what is there, refreshed' },
  ],
  options: {
    state: { type: 'text', value: 'STATE', choices: [...lineStates], description: 'only those in this state' },
    ...viewOptions,
  },
  run: (call) =>
    view<LineList>(call, {
      ask: (client) => client.get('LineList', '/v1/lines', { state: call.values.state }),
      show: lineListText,
      next: ({ items }) => {
        const asked = items.find(({ state }) => state === 'asked')
        if (asked !== undefined) return `vagus line approve ${asked.id} · refuse it: vagus line release ${asked.id}`
        const one = items.find((line) => !isLineOver(line)) ?? items[0]
        return one === undefined ? 'vagus line quote --from SITE --to SITE --rate 20M' : `vagus line show ${one.id}`
      },
    }),
})

const heads: readonly Column[] = [
  { head: 'ID', align: 'left' },
  { head: 'FROM', align: 'left', shrink: 6, prefers: 15 },
  { head: 'TO', align: 'left', shrink: 6, prefers: 15 },
  { head: 'RATE', align: 'right' },
  { head: 'STATE', align: 'left' },
  { head: 'FORTH', align: 'right', leaves: 3 },
  { head: 'BACK', align: 'right', leaves: 3 },
  { head: 'RTT P99', align: 'right', leaves: 4 },
  { head: 'LOST', align: 'right', leaves: 2 },
  { head: 'LEFT', align: 'right', leaves: 1 },
]
const wideHeads: readonly Column[] = [
  { head: 'BY', align: 'left' },
  { head: 'UNTIL', align: 'left' },
  { head: 'MOVES', align: 'right' },
  { head: 'PATH', align: 'left' },
  { head: 'BECAUSE', align: 'left' },
]

export function lineListText({ items, now }: LineList, { columns, paint, detail }: Canvas): string {
  const isWide = detail === 'wide'
  const rows = items.map((line): Cell[] => {
    const { last } = line
    return [
      line.id,
      line.from,
      line.to,
      capacityText(line.bitsPerSecond),
      stateCellOf(line, paint),
      rateText(last === null ? null : last.delivered.forth),
      rateText(last === null ? null : last.delivered.back),
      roundTripText(last?.roundTripMs?.p99),
      last === null ? unknown : countText(last.probes.lost),
      isLineOver(line) ? unknown : durationText(Math.max(0, (Date.parse(line.end) - Date.parse(now)) / 1000)),
      ...(isWide
        ? [
            printable(actorText(line.by)),
            timeText(line.end, now),
            String(line.moves),
            linePathText(line.path),
            line.because,
          ]
        : []),
    ]
  })
  if (rows.length === 0) return 'no line was ordered'
  const held = items.filter(isLineHeld).length
  const foot = paint.faint(`${countOf(rows.length, 'line')}, ${held} there now; figures are of the last minute`)
  const beside = sameSitesText(items, columns).map((text) => `\n${paint.warn(text)}`)
  return `${table(isWide ? [...heads, ...wideHeads] : heads, rows, columns, paint.strong)}\n${foot}${beside.join('')}`
}
