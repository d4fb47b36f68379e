/** `vagus group send NAME TEXT`: a message to every member of a role. @module */
import type { GroupReceipt } from '@vagus/api/groups'
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { groupsUrl, whichGroups } from '../group/ask-groups.ts'
import { jsonText } from '../json.ts'
import { readInput } from '../read-input.ts'
import { sideCarOption } from '../side-car.ts'

export const command = defineCommand({
  name: 'group send',
  summary: 'a message to every member of a role, each gets it once',
  effect: 'rw',
  examples: [
    { line: 'vagus group send operator "link 7 is down"', does: 'returns when it is on disk' },
    { line: 'vagus group send operator --type application/json <alarm.json', does: 'what is on standard input' },
  ],
  arguments: [
    { name: 'GROUP', description: 'a role of the roster', presence: 'required' },
    { name: 'TEXT', description: 'the message; without it, standard input', presence: 'optional' },
  ],
  options: {
    type: {
      type: 'text',
      value: 'TYPE',
      default: 'text/plain; charset=utf-8',
      description: 'content type for programs',
    },
    key: { type: 'text', value: 'TEXT', description: 'the same key is the same message, however often it is sent' },
    ...sideCarOption,
    ...jsonOption,
  },
  async run(call) {
    const { values, words, terminal, signal } = call
    const [group, text] = words
    const url = `${groupsUrl(call)}/${encodeURIComponent(group!)}`
    const body = text ?? readInput('-', `give the text: vagus group send ${group} "…"`)
    if (text === undefined && body.length === 0)
      throw new Failure(
        exitCode.usage,
        'standard input is empty',
        `to send nothing but the fact: vagus group send ${group} ""`,
      )
    const headers = { 'content-type': values.type, ...(values.key !== undefined && { 'idempotency-key': values.key }) }
    const response = await fetch(url, { method: 'POST', body, headers, signal }).catch((error: unknown) => {
      throw new Failure(exitCode.unreachable, `no side-car answers at ${url}`, 'vagus run --help', error)
    })
    const answer = (await response.json().catch(() => ({}))) as Partial<GroupReceipt> & { readonly detail?: string }
    if (!response.ok) {
      const exit = response.status === 403 ? exitCode.denied : response.status < 500 ? exitCode.usage : exitCode.failed
      throw new Failure(exit, answer.detail ?? `${url} answered ${response.status}`, whichGroups)
    }
    const to = `${answer.members} ${answer.members === 1 ? 'member' : 'members'} of ${group}`
    terminal.out(values.json ? jsonText(answer) : `${answer.id} to ${to}\n`)
    return exitCode.ok
  },
})
