/** `vagus help [COMMAND]`: the same as `--help`. @module */
import { defineCommand } from '../command.ts'
import { answerWithoutCommand, commandHelp } from '../help.ts'
import { exitCode } from '../exit-code.ts'

export const command = defineCommand({
  name: 'help',
  summary: 'all commands, or one',
  effect: 'ro',
  examples: [
    { line: 'vagus help', does: 'all commands' },
    { line: 'vagus help flow top', does: 'one command, as vagus flow top --help' },
  ],
  arguments: [
    { name: 'NOUN', description: 'first word of a command', presence: 'optional' },
    { name: 'VERB', description: 'second word of a command', presence: 'optional' },
  ],
  options: {},
  async run({ words, terminal, registry }) {
    const found = registry.find(words)
    if (found === undefined || found.length < words.length)
      return answerWithoutCommand(registry, words.length === 1 ? [...words, '--help'] : words, terminal)
    terminal.out(commandHelp(registry, await found.load(), terminal))
    return exitCode.ok
  },
})
