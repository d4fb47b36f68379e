/** `vagus agent rm NAME`: takes an agent off the list of the controller. @module */
import type { AgentResource } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { orSay } from '../failure.ts'
import { jsonText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import { operatorFix, operatorKey } from '../operator-key.ts'

export const command = defineCommand({
  name: 'agent rm',
  summary: 'take an agent off the list, until it publishes itself again',
  effect: 'rw',
  examples: [{ line: 'vagus agent rm stranger', does: 'on the host of the controller, as its user' }],
  arguments: [{ name: 'NAME', description: 'a name of "vagus agent ls", or an id', presence: 'required' }],
  options: { ...homeOption, ...controllerOption, ...jsonOption },
  async run(call) {
    const { values, terminal } = call
    const path = `/v1/agents/${encodeURIComponent(call.words[0]!)}`
    const client = clientFor(call)
    const bearer = await operatorKey(call, client.address, words)
    const forgotten = await client
      .change<AgentResource>('Agent', { method: 'DELETE', path, bearer })
      .catch(orSay('the names: vagus agent ls', operatorFix(words)))
    if (values.json) terminal.out(jsonText(forgotten))
    else terminal.out(`${forgotten.name} is off the list; it comes back when it publishes itself again\n`)
    return exitCode.ok
  },
})

const words = 'vagus agent rm NAME'
