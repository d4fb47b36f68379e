/** `vagus audit ls`: what changed the network, or the right to: who, why, what undoes it, what came of it. @module */
import { actorText } from '@vagus/api/actor'
import type { AuditItem, AuditList } from '@vagus/api/audit'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { timeText } from '../format.ts'
import type { Options } from '../option.ts'
import { printable } from '../table.ts'
import { hanging } from '../wrap.ts'

const options = {
  who: {
    type: 'text',
    value: 'NAME',
    description: 'only what operator, controller, or an agent or owner of that name or id did',
  },
  since: { type: 'time', value: 'TIME', description: 'not before: RFC 3339, or "2026-11-27 03:00" of local time' },
  subject: { type: 'text', value: 'NAME', description: 'only about this device, line, proposal, agent or owner' },
  n: { type: 'count', short: 'n', value: 'COUNT', min: 1, max: 1000, default: 20, description: 'how many, the newest' },
  ...viewOptions,
} as const satisfies Options

export const command = defineCommand({
  name: 'audit ls',
  summary: 'what was done to the network: who, why, how to undo it',
  effect: 'ro',
  examples: [
    { line: 'vagus audit ls', does: 'the latest twenty' },
    { line: 'vagus audit ls --who operator --since "2026-11-27 00:00"', does: 'what a person did since then' },
    { line: 'vagus audit ls --subject line-3', does: 'all that was done about one line' },
  ],
  options,
  run: (call) =>
    view<AuditList>(call, {
      ask(client) {
        const { who, since, subject, n } = call.values
        return client.get('AuditList', '/v1/audit', { who, since, subject, n })
      },
      show: auditText,
      next: () => 'vagus audit verify',
    }),
})

export function auditText({ items, now }: AuditList, { columns, paint }: Canvas): string {
  if (items.length === 0) return 'nothing was changed that matches'
  const width = Math.min(columns, 120)
  return items
    .map((item) => {
      const head = `${paint.faint(`${timeText(item.at, now)}  #${item.id}`)}  ${paint.strong(printable(whoText(item)))}`
      const lines = (
        [
          ['', item.what],
          ['why', item.why],
          ['undo', item.undo],
          ['then', item.outcome],
        ] as const
      ).flatMap(([label, text]) => (text === null ? [] : hanging(`  ${paint.faint(label)}`, 8, printable(text), width)))
      return [head, ...lines].join('\n')
    })
    .join('\n')
}

/** A program does not know who starts and stops it; a lease or a line ends of itself. */
const whoText = ({ by, event }: AuditItem): string => {
  if (by !== null) return actorText(by)
  return /^controller\.(started|stopped)$/.test(event) ? 'whoever runs the controller' : 'of itself, or not known'
}
