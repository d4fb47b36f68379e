/** `vagus join show SERIAL`: one box: whether it may join, which device it is, the id of its agent. @module */
import type { JoinResource } from '@vagus/api/joins'
import { defineCommand } from '../command.ts'
import { view, viewOptions } from '../controller-options.ts'
import { askJoin, serialArgument } from '../join/ask-join.ts'
import { joinText, nextOfJoins } from '../join/join-text.ts'

export const command = defineCommand({
  name: 'join show',
  summary: 'one box: its state, its device, the id of its agent',
  effect: 'ro',
  examples: [{ line: 'vagus join show FCZ2103A0B1', does: 'and why it does not get on, if it complained' }],
  arguments: [serialArgument],
  options: viewOptions,
  run: (call) =>
    view<JoinResource>(call, {
      ask: (client) => askJoin(client, call.words[0]!),
      show: joinText,
      next: (join) => (join.state === 'joined' ? 'vagus device ls' : nextOfJoins([join])),
    }),
})
