/** `vagus agent release NAME`: ends the quarantine of a member. @module */
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { memberOf, withQuarantine } from '../roster/members.ts'
import { ownerOf } from '../roster/owner.ts'
import { changeOptions, changeRoster, tellChange } from '../roster/publish.ts'

export const command = defineCommand({
  name: 'agent release',
  summary: 'end the quarantine of a member of a fleet',
  effect: 'rw',
  examples: [{ line: 'vagus agent release writer', does: 'the policies decide again who may call it' }],
  arguments: [{ name: 'NAME', description: 'a member of the fleet, or its id', presence: 'required' }],
  options: changeOptions,
  async run(call: Call<typeof changeOptions>) {
    const word = call.words[0]!
    const owner = await ownerOf(call, word)
    const { id, name } = memberOf(owner.roster, word)
    const published = await changeRoster(call, owner, (roster) => ({ members: withQuarantine(roster, id, undefined) }))
    tellChange(call, owner, published, [`${name} (${id}) is released from quarantine`])
    return exitCode.ok
  },
})
