/** `vagus bgp undo ID`: takes back what `vagus bgp med` did. @module */
import type { ActuationUndone } from '@vagus/api/telemetry'
import { agentOf, agentOptions, ownerOf } from '../bgp/agent.ts'
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

export const command = defineCommand({
  name: 'bgp undo',
  summary: 'take back a traffic class before its time',
  effect: 'rw',
  examples: [{ line: "vagus bgp undo '10.16.0.0/16@4#k7f.1' --device pe-1", does: 'as the receipt says' }],
  arguments: [{ name: 'ID', description: 'as the receipt or "vagus device show" says it', presence: 'required' }],
  options: {
    device: { type: 'text', value: 'DEVICE', description: 'whose agent did it, as the receipt says; or --socket' },
    owner: { type: 'text', value: 'NAME', description: 'who did it (default: you)' },
    ...agentOptions,
    ...jsonOption,
  },
  async run(call) {
    const { values, words, terminal } = call
    if (values.device === undefined && values.socket === undefined) {
      throw new Failure(exitCode.usage, '"vagus bgp undo" needs --device DEVICE', 'the receipt names it')
    }
    const agent = await agentOf(call, values.device ?? '')
    const query = { id: words[0]!, owner: values.owner ?? ownerOf(call) }
    const change = { method: 'DELETE', path: '/v1/bgp/actuations', query } as const
    const undone = await agent.change<ActuationUndone>('ActuationUndone', change)
    const isUndone = undone.state === 'undone'
    if (values.json) terminal.out(`${JSON.stringify(undone, null, 2)}\n`)
    else if (isUndone) terminal.out(`${undone.id} is taken back\n`)
    if (isUndone) return exitCode.ok
    throw new Failure(
      exitCode.usage,
      `no class "${undone.id}" is in force (any more)`,
      'those in force: vagus device show DEVICE; a class ends by itself after its time',
    )
  },
})
