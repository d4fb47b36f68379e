/** `vagus group ls`: the groups of an agent of this host. @module */
import type { GroupList } from '@vagus/api/groups'
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { groupsClient } from '../group/ask-groups.ts'
import { jsonText } from '../json.ts'
import { sideCarOption } from '../side-car.ts'
import { type Column, table } from '../table.ts'

const heads: readonly Column[] = [
  { head: 'GROUP', align: 'left', shrink: 8 },
  { head: 'MEMBERS', align: 'right' },
  { head: 'MAY', align: 'left' },
  { head: 'SENT', align: 'right' },
]

export const command = defineCommand({
  name: 'group ls',
  summary: 'the groups of a local agent, one for each role of it',
  effect: 'ro',
  examples: [
    { line: 'vagus group ls --side-car http://127.0.0.1:40000', does: 'what it may do in each, and who else is there' },
    { line: 'vagus group ls --json', does: 'for a program that vagus run started' },
  ],
  options: { ...sideCarOption, ...jsonOption },
  async run(call) {
    const { client, pathOf } = groupsClient(call)
    const list = await client.get<GroupList>('GroupList', pathOf(''))
    call.terminal.out(call.values.json ? jsonText(list) : `${groupListText(list, call.terminal.columns)}\n`)
    return exitCode.ok
  },
})

/** The table. */
export function groupListText({ items }: GroupList, columns: number): string {
  if (items.length === 0)
    return 'the agent has no role in its roster; its owner gives it one: vagus roster add NAME --role ROLE'
  const rows = items.map(({ name, members, reads, writes, sent }) => [
    name,
    String(members.length),
    [reads ? 'listen' : '', writes ? 'send' : ''].filter(Boolean).join(', ') || 'nothing',
    String(sent),
  ])
  return table(heads, rows, columns, (text) => text)
}
