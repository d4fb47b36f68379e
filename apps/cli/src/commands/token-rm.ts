/** `vagus token rm NAME`: takes a token back, on the host of the controller. @module */
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { homeOf, homeOption } from '../keyring-options.ts'

export const command = defineCommand({
  name: 'token rm',
  summary: 'take a token back: it is refused at once',
  effect: 'rw',
  examples: [{ line: 'vagus token rm ci', does: 'on the host of the controller, as its user' }],
  arguments: [{ name: 'NAME', description: 'a name of "vagus token ls"', presence: 'required' }],
  options: homeOption,
  async run(call) {
    const { removeToken } = await import('@vagus/controller/token-file')
    const name = call.words[0]!
    if (!removeToken(await homeOf(call), name))
      throw new Failure(exitCode.usage, `there is no token "${name}"`, 'the names: vagus token ls')
    call.terminal.err(`token ${name} counts no more\n`)
    return exitCode.ok
  },
})
