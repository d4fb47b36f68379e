/** `vagus group show NAME`: who is in a group, and how far each is. @module */
import type { Group } from '@vagus/api/groups'
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { orSay } from '../failure.ts'
import { countOf, unknown } from '../format.ts'
import { groupsClient, whichGroups } from '../group/ask-groups.ts'
import { jsonText } from '../json.ts'
import { sideCarOption } from '../side-car.ts'
import { type Column, table } from '../table.ts'

const heads: readonly Column[] = [
  { head: 'MEMBER', align: 'left', shrink: 8 },
  { head: 'HAS', align: 'right' },
  { head: 'ID', align: 'left', shrink: 12 },
]

export const command = defineCommand({
  name: 'group show',
  summary: 'who is in a group, and who has what this agent sent',
  effect: 'ro',
  examples: [
    { line: 'vagus group show operator', does: 'HAS: how many of our messages; - where it tells that to others' },
  ],
  arguments: [{ name: 'GROUP', description: 'a role of the roster', presence: 'required' }],
  options: { ...sideCarOption, ...jsonOption },
  async run(call) {
    const { client, pathOf } = groupsClient(call)
    const group = await client.get<Group>('Group', pathOf(call.words[0]!)).catch(orSay(whichGroups))
    call.terminal.out(call.values.json ? jsonText(group) : `${groupText(group, call.terminal.columns)}\n`)
    return exitCode.ok
  },
})

/** The table. */
export function groupText({ members, sent }: Group, columns: number): string {
  const rows = members.map(({ id, name, has }) => [name ?? unknown, has === null ? unknown : String(has), id])
  const foot = `${countOf(members.length, 'member')}; this agent has sent ${countOf(sent, 'message')}`
  return `${table(heads, rows, columns, (text) => text)}\n${foot}`
}
