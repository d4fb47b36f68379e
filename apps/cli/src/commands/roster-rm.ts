/** `vagus roster rm NAME`: takes a member out of a fleet. @module */
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { memberOf, withoutMember } from '../roster/members.ts'
import { ownerOf } from '../roster/owner.ts'
import { changeOptions, changeRoster, tellChange } from '../roster/publish.ts'

export const command = defineCommand({
  name: 'roster rm',
  summary: 'take a member out of a fleet; its connections are closed',
  effect: 'rw',
  examples: [{ line: 'vagus roster rm writer', does: 'from now on it is nobody to the others' }],
  arguments: [{ name: 'NAME', description: 'a member, or its id', presence: 'required' }],
  options: changeOptions,
  async run(call: Call<typeof changeOptions>) {
    const word = call.words[0]!
    const owner = await ownerOf(call, word)
    const { id, name } = memberOf(owner.roster, word)
    const published = await changeRoster(call, owner, (before) => ({ members: withoutMember(before, id) }))
    tellChange(call, owner, published, [`${name} (${id}) is no member any more`])
    return exitCode.ok
  },
})
