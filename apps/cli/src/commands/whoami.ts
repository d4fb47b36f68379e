/** `vagus whoami`: who the controller takes you for, and what you may. @module */
import { type Me, type Right, rights } from '@vagus/api/operators'
import { defineCommand } from '../command.ts'
import { view, viewOptions } from '../controller-options.ts'
import { timeText } from '../format.ts'
import { printable } from '../table.ts'

export const command = defineCommand({
  name: 'whoami',
  summary: 'who a controller takes you for, and what you may',
  effect: 'ro',
  examples: [{ line: 'vagus whoami', does: 'name, roles and rights' }],
  options: viewOptions,
  run: (call) =>
    view<Me>(call, {
      ask: (client) => client.get('Me', '/v1/me'),
      show: meText,
      next: ({ how }) => (how === 'session' ? 'vagus logout' : ''),
    }),
})

function meText({ name, how, roles, rights: held, until }: Me): string {
  if (how === 'open')
    return 'nobody by name: vagus.yaml has no "operators", so that everybody reads, and operator.key on its host changes'
  const ends = until === null ? '' : `, until ${timeText(until, new Date().toISOString())}`
  const may = held.map((right: Right) => `  ${rights[right].does}`)
  return [`${printable(name)}, ${roles.join(', ').replace(/, ([^,]*)$/, ' and $1')}${ends}`, 'may', ...may].join('\n')
}
