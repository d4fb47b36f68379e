/** `vagus line show ID`: one private line: what was ordered, over what it goes, what it delivers. @module */
import { isLineOver } from '@vagus/api/line-words'
import type { LineResource } from '@vagus/api/lines'
import { defineCommand } from '../command.ts'
import { clientFor, view, viewOptions } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { askLine } from '../line/ask-line.ts'
import { lineText } from '../line/line-text.ts'

export const command = defineCommand({
  name: 'line show',
  summary: 'one private line: order, path, what it delivers; its proof',
  effect: 'ro',
  examples: [
    { line: 'vagus line show line-3', does: 'the whole record' },
    { line: 'vagus line show line-3 --watch', does: 'refreshes, to watch it move' },
    { line: 'vagus line show line-3 --proof > line-3.jws', does: 'its figures, signed by the controller’s agent' },
  ],
  arguments: [{ name: 'ID', description: 'an id of "vagus line ls"', presence: 'required' }],
  options: {
    proof: { type: 'flag', description: 'print only the signed figures, a compact JWS (RFC 7515)' },
    ...viewOptions,
  },
  async run(call) {
    const { values, words, terminal } = call
    const id = words[0]!
    if (values.proof) {
      const { proof } = await askLine(clientFor(call), id)
      if (proof === null)
        throw new Failure(
          exitCode.failed,
          `nothing of ${id} has been measured yet`,
          `wait a minute: vagus line show ${id}`,
        )
      terminal.out(`${proof}\n`)
      return exitCode.ok
    }
    return view<LineResource>(call, {
      ask: (client) => askLine(client, id),
      show: lineText,
      next: (line) =>
        line.state === 'asked'
          ? `vagus line approve ${line.id} · refuse it: vagus line release ${line.id}`
          : isLineOver(line)
            ? 'vagus line ls'
            : `vagus line release ${line.id}`,
    })
  },
})
