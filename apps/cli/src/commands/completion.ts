/** `vagus completion bash`: prints the completion script. @module */
import { defineCommand } from '../command.ts'
import { bashCompletion } from '../completion.ts'
import { exitCode } from '../exit-code.ts'

export const command = defineCommand({
  name: 'completion',
  summary: 'completion for your shell',
  effect: 'ro',
  examples: [
    { line: 'eval "$(vagus completion bash)"', does: 'for this shell' },
    { line: 'vagus completion bash > ~/.local/share/bash-completion/completions/vagus', does: 'permanently' },
  ],
  arguments: [{ name: 'SHELL', description: 'your shell', presence: 'required', choices: ['bash'] }],
  options: {},
  async run({ terminal, registry }) {
    terminal.out(bashCompletion(await registry.loadAll()))
    return exitCode.ok
  },
})
