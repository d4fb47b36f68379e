/** `vagus line approve ID`: lets an agent have a line that is beyond the bounds for agents. @module */
import type { LineResource } from '@vagus/api/lines'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { jsonText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import { askLine, changeLine } from '../line/ask-line.ts'
import { printable } from '../table.ts'

export const command = defineCommand({
  name: 'line approve',
  summary: 'let an agent have the line that it asked for',
  effect: 'rw',
  examples: [{ line: 'vagus line approve line-3', does: 'it is set up, and its agent is told' }],
  arguments: [
    {
      name: 'ID',
      description: 'an id of "vagus line ls --state asked"; "vagus line release" refuses it',
      presence: 'required',
    },
  ],
  options: { ...homeOption, ...controllerOption, ...jsonOption },
  async run(call) {
    const { values, words, terminal } = call
    const client = clientFor(call)
    const { id } = await askLine(client, words[0]!)
    const again = `what became of it: vagus line show ${id}`
    const asked = { method: 'POST', id, words: `vagus line approve ${id}`, again } as const
    const line = await changeLine(call, client, asked)
    if (line.state === 'failed')
      throw new Failure(exitCode.failed, `${id} is approved, and failed: ${line.because}`, `vagus line show ${id}`)
    terminal.out(values.json ? jsonText(line) : `${approvedText(line)}\n`)
    return exitCode.ok
  },
})

function approvedText({ id, from, to, state, because }: LineResource): string {
  return `${id} from ${from} to ${to} is approved, and ${state}: ${printable(because)}`
}
