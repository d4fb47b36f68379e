/** `vagus agent rm NAME`: takes an agent off the list of the controller. @module */
import type { AgentResource } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { orSay } from '../failure.ts'

export const command = defineCommand({
  name: 'agent rm',
  summary: 'take an agent off the list, until it publishes itself again',
  effect: 'rw',
  examples: [{ line: 'vagus agent rm stranger', does: 'on the host of the controller' }],
  arguments: [{ name: 'NAME', description: 'a name of "vagus agent ls", or an id', presence: 'required' }],
  options: { ...controllerOption, ...jsonOption },
  async run(call) {
    const { values, words, terminal } = call
    const path = `/v1/agents/${encodeURIComponent(words[0]!)}`
    const forgotten = await clientFor(call)
      .change<AgentResource>('Agent', { method: 'DELETE', path })
      .catch(orSay('the names: vagus agent ls', 'on the host of the controller: vagus agent rm NAME'))
    if (values.json) terminal.out(`${JSON.stringify(forgotten, null, 2)}\n`)
    else terminal.out(`${forgotten.name} is off the list; it comes back when it publishes itself again\n`)
    return exitCode.ok
  },
})
