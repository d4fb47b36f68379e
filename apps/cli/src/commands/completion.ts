/** `vagus completion SHELL`: prints the completion script. @module */
import { defineCommand } from '../command.ts'
import { completions, type Shell } from '../completion/shells.ts'
import { exitCode } from '../exit-code.ts'

export const command = defineCommand({
  name: 'completion',
  summary: 'completion for your shell',
  effect: 'ro',
  examples: [
    { line: 'eval "$(vagus completion bash)"', does: 'for this shell; zsh likewise' },
    { line: 'vagus completion fish | source', does: 'for this shell, where it is fish' },
    { line: 'vagus completion bash > ~/.local/share/bash-completion/completions/vagus', does: 'permanently' },
  ],
  arguments: [{ name: 'SHELL', description: 'your shell', presence: 'required', choices: Object.keys(completions) }],
  options: {},
  async run({ words: [shell], terminal, registry }) {
    terminal.out(completions[shell as Shell](await registry.loadAll())) // one of the choices
    return exitCode.ok
  },
})
