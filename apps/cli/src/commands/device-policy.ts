/** `vagus device policy DEVICE`: the router configuration that traffic classes need, to read and install. @module */
import { agentOf, agentOptions } from '../bgp/agent.ts'
import type { Resource } from '../client.ts'
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'

export const command = defineCommand({
  name: 'device policy',
  summary: 'router configuration for its agent, to install once',
  effect: 'ro',
  examples: [{ line: 'vagus device policy pe-1', does: "prints it in the router's own syntax" }],
  arguments: [{ name: 'DEVICE', description: 'a name of "vagus device ls"', presence: 'required' }],
  options: { ...agentOptions, ...jsonOption },
  async run(call) {
    const agent = await agentOf(call, call.words[0]!)
    const policy = await agent.get<Resource & { readonly text: string }>('RouterPolicy', '/v1/policy')
    call.terminal.out(call.values.json ? `${JSON.stringify(policy, null, 2)}\n` : policy.text)
    return exitCode.ok
  },
})
