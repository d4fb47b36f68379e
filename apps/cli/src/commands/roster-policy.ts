/** `vagus roster policy [FILE]`: prints the policies of a fleet, or sets them. @module */
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { resourceText } from '../json.ts'
import { readInput } from '../read-input.ts'
import { problemsText } from '../roster/policy-problems.ts'
import { ownerOf } from '../roster/owner.ts'
import { changeOptions, changeRoster, tellChange } from '../roster/publish.ts'

export const command = defineCommand({
  name: 'roster policy',
  summary: 'print who may call whom in a fleet, or set it from a file',
  effect: 'rw',
  examples: [
    { line: 'vagus roster policy > acme.cedar', does: 'as they are' },
    { line: 'vagus roster policy acme.cedar', does: 'as they will be; a mistake is shown, and changes nothing' },
  ],
  arguments: [{ name: 'FILE', description: 'policies in Cedar; - is standard input', presence: 'optional' }],
  options: changeOptions,
  async run(call: Call<typeof changeOptions>) {
    const { words, values, terminal } = call
    const owner = await ownerOf(call)
    const [file] = words
    if (file === undefined) {
      const { policies } = owner.roster
      terminal.out(values.json ? resourceText('RosterPolicies', { policies }) : policies.replace(/\n*$/, '\n'))
      return exitCode.ok
    }
    const text = readInput(file, 'a file with policies, or -')
    const { compilePolicies, rosterActions } = await import('@vagus/access')
    const compiled = compilePolicies(text)
    if (compiled.type === 'problems')
      throw new Failure(
        exitCode.usage,
        problemsText(file, text, compiled.problems),
        'nothing was changed; the language: docs.cedarpolicy.com',
      )
    const strange = compiled.policies.strangeActions(rosterActions)
    if (strange.length > 0)
      throw new Failure(
        exitCode.usage,
        problemsText(file, text, strange),
        'nothing was changed: such a policy would hold for no call',
      )
    const published = await changeRoster(call, owner, () => ({ policies: text }))
    tellChange(call, owner, published, [`the policies of ${owner.name} are those of ${file}`])
    return exitCode.ok
  },
})
