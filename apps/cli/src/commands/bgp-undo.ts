/** `vagus bgp undo ID`: withdraws what `vagus bgp med` set. @module */
import type { ActuationUndone } from '@vagus/api/telemetry'
import { agentOf, agentOptions, ownerOf } from '../bgp/agent.ts'
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { jsonText } from '../json.ts'

export const command = defineCommand({
  name: 'bgp undo',
  summary: 'withdraw a traffic class before it ends',
  effect: 'rw',
  examples: [{ line: "vagus bgp undo '10.16.0.0/16@4#k7f.1' --device pe-1", does: 'the line that the receipt shows' }],
  arguments: [{ name: 'ID', description: 'from the receipt or "vagus device show"', presence: 'required' }],
  options: {
    device: { type: 'text', value: 'DEVICE', description: 'the device in the receipt; or give --socket' },
    owner: { type: 'text', value: 'NAME', description: 'who set it (default: you)' },
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
    if (values.json) terminal.out(jsonText(undone))
    else if (isUndone) terminal.out(`${undone.id} is withdrawn\n`)
    if (isUndone) return exitCode.ok
    throw new Failure(
      exitCode.usage,
      `no class "${undone.id}" is in force (any more)`,
      'those in force: vagus device show DEVICE; a class ends by itself after its time',
    )
  },
})
