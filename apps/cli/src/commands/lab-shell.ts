/** `vagus lab shell NODE [-- CMD…]`: a real shell on a router or site of a lab; vtysh works. @module */
import { defineCommand } from '../command.ts'
import type { ExitCode } from '../exit-code.ts'
import { withLab } from '../lab/lab-failure.ts'
import { referenceOf, whichLab } from '../lab/lab-options.ts'

export const command = defineCommand({
  name: 'lab shell',
  summary: 'a shell, or one command, on a router or site of the lab',
  effect: 'rw',
  examples: [
    { line: 'vagus lab shell pe-1', does: "a shell in the folder with the lab's logs; vtysh is FRR's" },
    { line: "vagus lab shell pe-1 -- vtysh -c 'show bgp summary'", does: 'one command; returns its exit code' },
  ],
  arguments: [{ name: 'NODE', description: 'a name of "vagus lab ls"', presence: 'required' }],
  rest: 'CMD…',
  options: whichLab,
  async run({ values, words: [node], rest }) {
    const { labShell } = await import('@vagus/lab/running')
    // The command's own exit code is passed on, whatever it is: this is a shell.
    return (await withLab(() => labShell(node!, rest, referenceOf(values)))) as ExitCode
  },
})
