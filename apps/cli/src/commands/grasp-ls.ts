/** `vagus grasp ls`: agents that the controller heard on its links. @module */
import type { NeighbourList } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { agoText } from '../format.ts'
import { type Column, table } from '../table.ts'
import { wrapped } from '../wrap.ts'

export const command = defineCommand({
  name: 'grasp ls',
  summary: 'agents that the controller found on its links',
  effect: 'ro',
  examples: [
    { line: 'vagus grasp ls', does: 'one line per agent' },
    { line: 'vagus grasp ls --json', does: 'with times and locators' },
  ],
  options: viewOptions,
  run: (call) =>
    view<NeighbourList>(call, {
      ask: (client) => client.get('NeighbourList', '/v1/grasp/neighbours'),
      show: neighbourListText,
      next: ({ interfaces }) =>
        interfaces.length === 0 ? 'vagus config explain grasp.interfaces' : 'vagus grasp watch',
    }),
})

/** `[fe80::` with four groups, a zone of 15 and a port. A cut locator is useless: all else is dropped first. */
const longestLocator = 50
const heads: readonly Column[] = [
  { head: 'AGENT', align: 'left', shrink: 12 },
  { head: 'SKILLS', align: 'left', shrink: 14, leaves: 3 },
  { head: 'SPEAKS', align: 'left', leaves: 1 },
  { head: 'ON', align: 'left', leaves: 2 },
  { head: 'LOCATOR', align: 'left', shrink: 16, prefers: longestLocator },
  { head: 'HEARD', align: 'right' },
]

export function neighbourListText(list: NeighbourList, { columns, paint }: Canvas): string {
  if (list.interfaces.length === 0) return 'the controller listens on no link: grasp.interfaces names none'
  if (list.items.length === 0) return `no agent heard on ${list.interfaces.join(', ')}`
  const rows = list.items
    .toSorted((a, b) => a.agent.localeCompare(b.agent) || a.interface.localeCompare(b.interface))
    .map(({ agent, skills, protocols, interface: link, locator, lastAt }) => [
      agent,
      skills.join(' '),
      protocols.join(' '),
      link,
      locator ?? '',
      agoText(lastAt, list.now),
    ])
  const foot = `${rows.length} heard on ${list.interfaces.join(', ')} · agents choose their names, which are unproven`
  return `${table(heads, rows, columns, paint.strong)}\n${paint.faint(wrapped(foot, columns).join('\n'))}`
}
