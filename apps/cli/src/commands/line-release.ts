/** `vagus line release ID`: ends a private line before its time. @module */
import type { LineResource } from '@vagus/api/lines'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { durationText } from '../format.ts'
import { jsonText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import { askLine, changeLine } from '../line/ask-line.ts'
import { printable } from '../table.ts'

export const command = defineCommand({
  name: 'line release',
  summary: 'end a private line before its time',
  effect: 'rw',
  examples: [{ line: 'vagus line release line-3', does: 'its sites talk as best effort again' }],
  arguments: [{ name: 'ID', description: 'an id of "vagus line ls"', presence: 'required' }],
  options: { ...homeOption, ...controllerOption, ...jsonOption },
  async run(call) {
    const { values, words, terminal } = call
    const client = clientFor(call)
    const { id } = await askLine(client, words[0]!)
    const again = `what became of it: vagus line show ${id}`
    const asked = { method: 'DELETE', id, words: `vagus line release ${id}`, again } as const
    const line = await changeLine(call, client, asked)
    terminal.out(values.json ? jsonText(line) : `${releasedText(line)}\n`)
    return exitCode.ok
  },
})

export function releasedText({ id, from, to, end, since, because }: LineResource): string {
  const early = (Date.parse(end) - Date.parse(since)) / 1000
  const when = early >= 1 ? `, ${durationText(early)} before its time` : ''
  return `${id} from ${from} to ${to} has ended${when}: ${printable(because)}`
}
