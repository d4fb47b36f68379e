/** `vagus line change ID`: another rate, another end, or another path. @module */
import type { LineChange } from '@vagus/api/lines'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { jsonText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import { askLine, changeLine } from '../line/ask-line.ts'
import { lineText } from '../line/line-text.ts'

export const command = defineCommand({
  name: 'line change',
  summary: 'give a private line another rate, end or path',
  effect: 'rw',
  examples: [
    { line: 'vagus line change line-3 --avoid pe-1-p-1', does: 'moves it, without loss, to a path without this link' },
    { line: 'vagus line change line-3 --avoid none', does: 'the work there is done' },
    { line: 'vagus line change line-3 --rate 30M', does: 'more, if there is room' },
    { line: 'vagus line change line-3 --for 2h', does: 'ends it two hours from now' },
  ],
  arguments: [{ name: 'ID', description: 'an id of "vagus line ls"', presence: 'required' }],
  options: {
    rate: { type: 'rate', value: 'RATE', description: 'the new rate, such as 30M' },
    for: { type: 'duration', value: 'TIME', description: 'until this long from now' },
    avoid: {
      type: 'text',
      value: 'LINK',
      description: 'a link or a router that it must not go over; none: over any again',
    },
    protect: { type: 'text', value: 'yes|no', description: 'whether it has a second path' },
    ...homeOption,
    ...controllerOption,
    ...jsonOption,
  },
  async run(call) {
    const { values, words, terminal } = call
    const id = words[0]!
    const { rate, for: seconds, avoid, protect } = values
    if (protect !== undefined && protect !== 'yes' && protect !== 'no')
      throw new Failure(
        exitCode.usage,
        `--protect must be yes or no, not "${protect}"`,
        `vagus line change ${id} --protect yes`,
      )
    const body: LineChange = {
      ...(rate !== undefined && { bitsPerSecond: rate }),
      ...(seconds !== undefined && { end: new Date(Date.now() + seconds * 1000).toISOString() }),
      ...(avoid !== undefined && { avoid: avoid === 'none' ? null : avoid }),
      ...(protect !== undefined && { protect: protect === 'yes' }),
    }
    if (Object.keys(body).length === 0)
      throw new Failure(exitCode.usage, 'say what to change', `such as: vagus line change ${id} --avoid LINK`)
    const client = clientFor(call)
    const before = await askLine(client, id)
    const typed = `vagus line change ${id}`
    const again = `what became of it: vagus line show ${id}`
    const line = await changeLine(call, client, { method: 'PATCH', id: before.id, body, words: typed, again })
    const { columns, paint } = terminal
    terminal.out(values.json ? jsonText(line) : `${lineText(line, { columns, paint, detail: 'plain' })}\n`)
    return exitCode.ok
  },
})
