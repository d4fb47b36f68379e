/** `vagus roster forget OWNER`: takes a roster off the controller. @module */
import type { RosterResource } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { orSay } from '../failure.ts'
import { jsonText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import { operatorFix, operatorKey } from '../operator-key.ts'

export const command = defineCommand({
  name: 'roster forget',
  summary: 'take a roster off the controller; side-cars keep theirs',
  effect: 'rw',
  examples: [{ line: 'vagus roster forget acme', does: 'on the host of the controller, as its user' }],
  arguments: [{ name: 'OWNER', description: 'a name of "vagus roster ls", or the id', presence: 'required' }],
  options: { ...homeOption, ...controllerOption, ...jsonOption },
  async run(call) {
    const { values, terminal } = call
    const client = clientFor(call)
    const bearer = await operatorKey(call, client.address, words)
    const path = `/v1/rosters/${encodeURIComponent(call.words[0]!)}`
    const forgotten = await client
      .change<RosterResource>('Roster', { method: 'DELETE', path, bearer })
      .catch(orSay('those that there are: vagus roster ls', operatorFix(words)))
    if (values.json) terminal.out(jsonText(forgotten))
    else
      terminal.out(
        `the roster of ${forgotten.name ?? forgotten.owner} is not here any more; side-cars keep to the one they know\n`,
      )
    return exitCode.ok
  },
})

const words = 'vagus roster forget OWNER'
