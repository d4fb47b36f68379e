/** `vagus trace ID`: what led to what, of one proposal, private line or traffic class. @module */
import { actorText } from '@vagus/api/actor'
import type { AuditTrace } from '@vagus/api/audit'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { orSay } from '../failure.ts'
import { timeText } from '../format.ts'
import { printable } from '../table.ts'
import { hanging, lengthOf } from '../wrap.ts'

export const command = defineCommand({
  name: 'trace',
  summary: 'what led to what: all of one proposal, line, class or commit',
  effect: 'ro',
  examples: [
    { line: 'vagus trace transit-7', does: 'from the full link over the approval to what came of it' },
    { line: 'vagus trace line-3', does: 'who ordered it, where it went, why it ended' },
    { line: 'vagus trace pe-1/commit-7', does: 'what an agent changed in a router, and whether it stayed' },
    { line: 'vagus trace 412', does: 'the same, from an event of "vagus audit ls"' },
  ],
  arguments: [
    {
      name: 'ID',
      description: 'of a proposal, line or class, DEVICE/ID of a commit, or of an event',
      presence: 'required',
    },
  ],
  options: viewOptions,
  run: (call) =>
    view<AuditTrace>(call, {
      ask: (client) =>
        client
          .get<AuditTrace>('AuditTrace', `/v1/audit/trace/${encodeURIComponent(call.words[0]!)}`)
          .catch(orSay('what there is: vagus audit ls · vagus proposal ls · vagus line ls', '')),
      show: traceText,
      next: ({ matter }) => {
        const [topic, id = ''] = matter.split(' ')
        if (topic === 'steering') return `vagus proposal show ${id}`
        if (topic === 'commit') return `vagus device commits ${id.split('/')[0]}`
        return topic === 'line' ? `vagus line show ${id}` : 'vagus audit ls'
      },
    }),
})

export function traceText({ items, now }: AuditTrace, { columns, paint }: Canvas): string {
  const traces = [...new Set(items.map(({ trace }) => trace))].filter((id) => id !== null)
  const width = Math.min(columns, 120)
  const whoWidth = Math.max(...items.map(({ by }) => whoText(by).length), 0)
  const told = items.flatMap(({ id, at, by, what }) => {
    const label = `${paint.faint(`${timeText(at, now)}  #${id}`)}  ${printable(whoText(by)).padEnd(whoWidth)}`
    return hanging(label, lengthOf(label) + 2, printable(what), width)
  })
  return [...told, ...traces.map((id) => paint.faint(`trace ${id}`))].join('\n')
}

const whoText = (by: AuditTrace['items'][number]['by']): string => (by === null ? '·' : actorText(by))
