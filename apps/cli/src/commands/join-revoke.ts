/** `vagus join revoke SERIAL`: takes the membership of a box back. @module */
import { defineCommand } from '../command.ts'
import { decide, decisionOptions, serialArgument } from '../join/ask-join.ts'

export const command = defineCommand({
  name: 'join revoke',
  summary: 'take the membership of a box back',
  effect: 'rw',
  examples: [
    { line: 'vagus join revoke FCZ2103A0B1', does: 'its agent is no member at once; its certificate is not renewed' },
  ],
  arguments: [serialArgument],
  options: decisionOptions,
  run: (call) => decide(call, { decision: 'revoke' }),
})
