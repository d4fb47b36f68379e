/** `vagus roster show`: the members of a fleet, and by which roster their side-cars decide. @module */
import type { AgentList } from '@vagus/api'
import { controllerAddress, optionalController } from '../address.ts'
import { clientOf } from '../client.ts'
import { type Call, defineCommand } from '../command.ts'
import { controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { jsonText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import { ownerOf, rosterOption } from '../roster/owner.ts'
import { rosterResource, rosterText } from '../roster/roster-text.ts'

const options = { ...rosterOption, ...controllerOption, ...homeOption, ...jsonOption } as const

export const command = defineCommand({
  name: 'roster show',
  summary: 'members of a fleet: roles, quarantine, who has the newest',
  effect: 'ro',
  examples: [
    { line: 'vagus roster show', does: 'of the fleet that an agent of this host owns' },
    { line: 'vagus roster show --json | jq -r .roster > acme.roster', does: 'signed, for a --lookup folder' },
  ],
  options,
  async run(call: Call<typeof options>) {
    const { values, terminal, environment, signal } = call
    const owner = await ownerOf(call)
    const { columns, paint } = terminal
    if (values.json) terminal.out(jsonText(rosterResource(owner.roster, owner.name)))
    else {
      const named = optionalController(values.controller, environment) ?? owner.controller
      const client = named === undefined ? undefined : clientOf(controllerAddress(named), signal)
      const list = await client?.get<AgentList>('AgentList', '/v1/agents')
      terminal.out(`${rosterText(owner, list?.items, Date.now(), { columns, paint, detail: 'plain' })}\n`)
    }
    return exitCode.ok
  },
})
