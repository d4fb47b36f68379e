/** `vagus proposal ls`: the moves that the controller proposed, and what became of them. @module */
import { approvedText, expectedText, movesText, outcomeText, states } from '@vagus/api/proposal-words'
import type { ProposalList } from '@vagus/api/steering'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { countOf, durationText, timeText, unknown } from '../format.ts'
import { type Cell, type Column, table } from '../table.ts'

export const command = defineCommand({
  name: 'proposal ls',
  summary: 'moves of prefixes between links: proposed, taken, measured',
  effect: 'ro',
  examples: [
    { line: 'vagus proposal ls', does: 'of the last day, newest first' },
    { line: 'vagus proposal ls --state open', does: 'those that wait for someone to approve them' },
    { line: 'vagus proposal ls --state in-force', does: 'whose approval is in force, measured already or not' },
    { line: 'vagus proposal ls --last 7d -o wide', does: 'of a longer time, with every column' },
  ],
  options: {
    state: { type: 'text', value: 'STATE', choices: [...states, 'in-force'], description: 'only those in this state' },
    last: {
      type: 'duration',
      value: 'TIME',
      default: '24h',
      description: 'proposed within this time; those that have not ended or are in force are always listed',
    },
    n: { type: 'count', short: 'n', value: 'COUNT', min: 1, max: 1000, default: 100, description: 'how many' },
    ...viewOptions,
  },
  run: (call) =>
    view<ProposalList>(call, {
      ask: (client) => {
        const { state, last, n } = call.values
        return client.get('ProposalList', '/v1/proposals', { state, last: `${last}s`, n })
      },
      show: proposalListText,
      next: ({ items }) => {
        const one = items.find(({ state }) => state === 'open') ?? items[0]
        return one === undefined ? 'vagus border ls' : `vagus proposal show ${one.id}`
      },
    }),
})

const heads: readonly Column[] = [
  { head: 'ID', align: 'left' },
  { head: 'AGE', align: 'right', leaves: 1 },
  { head: 'STATE', align: 'left' },
  { head: 'MOVES', align: 'left', shrink: 20, prefers: 34 },
  { head: 'EXPECTED', align: 'left', leaves: 2 },
  { head: 'OUTCOME', align: 'left' },
  { head: 'APPROVED BY', align: 'left' },
]
const wideHeads: readonly Column[] = ['IN FORCE TO', 'NEIGHBOUR', 'OPENED', 'ENDED'].map((head) => ({
  head,
  align: 'left',
}))

export function proposalListText({ items, now }: ProposalList, { columns, paint, detail }: Canvas): string {
  const isWide = detail === 'wide'
  const rows = items.map((one): Cell[] => [
    one.id,
    durationText(Math.max(0, (Date.parse(now) - Date.parse(one.openedAt)) / 1000)),
    one.state === 'open' ? { text: one.state, paint: paint.warn } : one.state,
    movesText(one.moves),
    expectedText(one),
    outcomeText(one),
    approvedText(one),
    ...(isWide
      ? [
          one.approval?.state === 'in-force' ? timeText(one.approval.until, now) : unknown,
          one.neighbour,
          timeText(one.openedAt, now),
          one.endedAt === null ? unknown : timeText(one.endedAt, now),
        ]
      : []),
  ])
  if (rows.length === 0) return 'nothing was proposed in this time'
  const open = items.filter(({ state }) => state === 'open').length
  const foot = paint.faint(`${countOf(rows.length, 'proposal')}, ${open} open`)
  return `${table(isWide ? [...heads, ...wideHeads] : heads, rows, columns, paint.strong)}\n${foot}`
}
