/** `vagus agent ls`: the agents that publish themselves at the controller. @module */
import type { AgentList } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { agoText, unknown } from '../format.ts'
import { paintOfState } from '../listed-agent.ts'
import { type Cell, type Column, table } from '../table.ts'

export const command = defineCommand({
  name: 'agent ls',
  summary: "agents on the controller's list, and where they are",
  effect: 'ro',
  examples: [
    { line: 'vagus agent ls', does: 'one line per agent' },
    { line: 'vagus agent ls -o wide', does: 'also their addresses' },
  ],
  options: viewOptions,
  run: (call) =>
    view<AgentList>(call, {
      ask: (client) => client.get('AgentList', '/v1/agents'),
      show: (list, canvas) => agentListText(list, canvas, new Date().toISOString()),
      next: ({ items }) =>
        items.length === 0 ? 'vagus run --name NAME --controller ADDRESS' : 'vagus agent show NAME',
    }),
})

const heads: readonly Column[] = [
  { head: 'NAME', align: 'left', shrink: 12 },
  { head: 'ROLE', align: 'left', shrink: 8, leaves: 3 },
  { head: 'SKILLS', align: 'left', shrink: 10, leaves: 2 },
  { head: 'STATE', align: 'left' },
  { head: 'SEEN', align: 'right', leaves: 4 },
  { head: 'NETWORKS', align: 'left', shrink: 8, leaves: 5 },
  { head: 'ID', align: 'left', shrink: 24, leaves: 1 },
]
const addresses: Column = { head: 'ADDRESSES', align: 'left', shrink: 20 }

export function agentListText(list: AgentList, { columns, paint, detail }: Canvas, now: string): string {
  if (list.items.length === 0) return 'no agent has published itself here yet'
  const rows = list.items.map((agent): Cell[] => [
    agent.name,
    agent.role,
    agent.skills.join(' ') || unknown,
    { text: agent.state, paint: paint[paintOfState[agent.state]] },
    agoText(agent.seenAt, now),
    agent.locators.map(({ network }) => network).join(' ') || unknown,
    agent.id,
    ...(detail === 'wide' ? [agent.locators.flatMap((locator) => locator.addresses).join(' ') || unknown] : []),
  ])
  return table(detail === 'wide' ? [...heads, addresses] : heads, rows, columns, paint.strong)
}
