/** `vagus token new`: a token for a script, on the host of the controller. @module */
import { roles } from '@vagus/api/roles'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { jsonOption } from '../controller-options.ts'
import { resourceText } from '../json.ts'
import { homeOf, homeOption } from '../keyring-options.ts'
import type { Options } from '../option.ts'

const options = {
  name: { type: 'text', value: 'NAME', description: 'as the record will name who shows it, such as ci' },
  role: { type: 'text', value: 'ROLE', choices: roles, default: 'viewer', description: 'what it may' },
  for: { type: 'duration', value: 'TIME', default: '90d', description: 'how long it counts' },
  ...homeOption,
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'token new',
  summary: 'a token for a script; it is shown once',
  effect: 'rw',
  examples: [
    { line: 'vagus token new --name ci --role viewer --for 90d', does: 'on the host of the controller, as its user' },
    { line: 'vagus token new --name prometheus > prometheus.token', does: 'into a file for a program that only reads' },
  ],
  options,
  async run(call) {
    const { values, terminal } = call
    const { addToken, maxTokens, tokenNamePattern } = await import('@vagus/controller/token-file')
    const { name, role } = values
    if (name === undefined || !tokenNamePattern.test(name)) {
      const right = '1..63 of a-z, 0-9, "-" and ".", not starting with "-" or "."'
      throw new Failure(exitCode.usage, `--name must be ${right}`, 'vagus token new --name ci')
    }
    const home = await homeOf(call)
    const added = addToken(home, { name, role, milliseconds: values.for * 1000, now: Date.now() })
    if (added === 'taken') throw new Failure(exitCode.usage, `there is a token "${name}"`, `vagus token rm ${name}`)
    if (added === 'full')
      throw new Failure(exitCode.failed, `there are ${maxTokens} tokens`, 'take one back: vagus token ls')
    const until = new Date(added.until).toISOString()
    if (values.json) terminal.out(resourceText('Token', { name, role, until, token: added.token }))
    else {
      terminal.out(`${added.token}\n`)
      terminal.err(
        `token ${name}, ${role}, until ${until}; it is shown only now. To take it back: vagus token rm ${name}\n`,
      )
    }
    return exitCode.ok
  },
})
