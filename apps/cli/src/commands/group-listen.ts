/** `vagus group listen NAME`: what the members of a role send. @module */
import type { GroupGap, GroupMessage } from '@vagus/api/groups'
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { follow } from '../event-stream.ts'
import { exitCode } from '../exit-code.ts'
import { orSay } from '../failure.ts'
import { groupsClient, whichGroups } from '../group/ask-groups.ts'
import { sideCarOption } from '../side-car.ts'
import { printable } from '../table.ts'

export const command = defineCommand({
  name: 'group listen',
  summary: 'print what others send to a group, until Ctrl-C',
  effect: 'ro',
  examples: [
    { line: 'vagus group listen operator', does: 'what comes from now on' },
    { line: 'vagus group listen operator --after oldest', does: 'and before that whatever is kept' },
    { line: 'vagus group listen operator --json | jq .text', does: 'each message a line, with its id to go on from' },
  ],
  arguments: [{ name: 'GROUP', description: 'a role of the roster', presence: 'required' }],
  options: {
    after: {
      type: 'text',
      value: 'EVENT',
      default: '',
      description: 'event id to go on from, or oldest (default: now)',
    },
    ...sideCarOption,
    ...jsonOption,
  },
  async run(call) {
    const { values, words, terminal, signal } = call
    const { client, pathOf } = groupsClient(call)
    const path = pathOf(words[0]!)
    await client.getPlain(path).catch(orSay(whichGroups)) // a wrong name is told at once; what is away later is waited for
    const events = follow(client, {
      path,
      after: values.after,
      signal,
      types: ['gap'],
      server: 'the side-car',
      onConnection: (change) =>
        terminal.err(change.type === 'lost' ? `${change.because}; trying again\n` : 'connected again\n'),
    })
    for await (const { type, id, data } of events) {
      if (values.json)
        terminal.out(`${JSON.stringify({ event: id, kind: type || 'message', ...(JSON.parse(data) as object) })}\n`)
      else if (type === 'gap') terminal.err(`${gapText(JSON.parse(data) as GroupGap)}\n`)
      else terminal.out(`${messageText(JSON.parse(data) as GroupMessage)}\n`)
    }
    return exitCode.interrupted
  },
})

/** One line: when, who, what. */
export function messageText({ sentAt, from, text, base64 = '', type }: GroupMessage): string {
  const octets = Math.floor((base64.replaceAll('=', '').length * 3) / 4)
  const what = text === undefined ? `${octets} octets of ${type}` : text.replaceAll('\n', ' ')
  return `${sentAt.slice(11, 19)}  ${from.member ?? from.agent}  ${printable(what)}`
}

const gapText = ({ from, because }: GroupGap): string =>
  `missing${from === undefined ? '' : ` from ${from.member ?? from.agent}`}: ${because}`
