/** `vagus join accept SERIAL`: lets a box join the domain. @module */
import { defineCommand } from '../command.ts'
import { decide, decisionOptions, serialArgument } from '../join/ask-join.ts'

export const command = defineCommand({
  name: 'join accept',
  summary: 'let a box join the domain',
  effect: 'rw',
  examples: [
    { line: 'vagus join accept FCZ2103A0B1', does: 'as the device that has devices.serial in vagus.yaml' },
    { line: 'vagus join accept FCZ2103A0B1 --device pe-7', does: 'as that device' },
  ],
  arguments: [serialArgument],
  options: {
    device: {
      type: 'text',
      value: 'NAME',
      description: 'which device of vagus.yaml it is (default: by devices.serial)',
    },
    ...decisionOptions,
  },
  run: (call) => {
    const { device } = call.values
    return decide(call, { decision: 'accept', ...(device === undefined ? {} : { device }) })
  },
})
