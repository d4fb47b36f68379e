/** `vagus join ls`: boxes that joined, may join, or wait for the operator. @module */
import type { JoinList } from '@vagus/api/joins'
import { defineCommand } from '../command.ts'
import { view, viewOptions } from '../controller-options.ts'
import { joinListText, nextOfJoins } from '../join/join-text.ts'

export const command = defineCommand({
  name: 'join ls',
  summary: 'boxes that joined the domain, or would like to',
  effect: 'ro',
  examples: [
    { line: 'vagus join ls', does: 'those that wait for you come first' },
    { line: 'vagus join ls -o wide --watch', does: 'also where they are, and what they complain of' },
  ],
  options: viewOptions,
  run: (call) =>
    view<JoinList>(call, {
      ask: (client) => client.get('JoinList', '/v1/joins'),
      show: joinListText,
      next: ({ items }) => nextOfJoins(items),
    }),
})
