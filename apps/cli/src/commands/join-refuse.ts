/** `vagus join refuse SERIAL`: tells a box that it may not join. @module */
import { defineCommand } from '../command.ts'
import { decide, decisionOptions, serialArgument } from '../join/ask-join.ts'

export const command = defineCommand({
  name: 'join refuse',
  summary: 'never let a box join',
  effect: 'rw',
  examples: [{ line: 'vagus join refuse FCZ2103A0B1', does: 'it is told so, and asks less and less often' }],
  arguments: [serialArgument],
  options: decisionOptions,
  run: (call) => decide(call, { decision: 'refuse' }),
})
