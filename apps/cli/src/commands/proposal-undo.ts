/** `vagus proposal undo ID`: ends what an approved proposal has in force, before its time. @module */
import { setLeases } from '@vagus/api/proposal-words'
import type { ApprovalResource } from '@vagus/api/steering'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { durationText } from '../format.ts'
import { jsonText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import { askProposal } from '../steering/ask-proposal.ts'
import { changeApproval } from '../steering/change-approval.ts'
import { owedText } from '../steering/owed-text.ts'
import { printable } from '../table.ts'

export const command = defineCommand({
  name: 'proposal undo',
  summary: 'end what an approved proposal has in force, before its time',
  effect: 'rw',
  examples: [
    {
      line: 'vagus proposal undo transit-7',
      does: 'ends it; exit code 1 while an agent has not released its part',
    },
  ],
  arguments: [{ name: 'ID', description: 'an id of "vagus proposal ls"', presence: 'required' }],
  options: { ...homeOption, ...controllerOption, ...jsonOption },
  async run(call) {
    const { values, words, terminal } = call
    const client = clientFor(call)
    const proposal = await askProposal(client, words[0]!)
    const typed = `vagus proposal undo ${proposal.id}`
    const ended = await changeApproval(call, client, proposal, { method: 'DELETE' }, typed)
    terminal.out(values.json ? jsonText(ended) : `${undoneText(ended)}\n`)
    const { owed = [] } = ended
    if (owed.length === 0) return exitCode.ok
    if (!values.json) terminal.err(`vagus: ${owedText(owed, proposal.now)}; see: vagus proposal show ${proposal.id}\n`)
    return exitCode.failed
  },
})

export function undoneText(ended: ApprovalResource): string {
  const { proposal, until, endedAt, because } = ended
  const early = endedAt === null ? 0 : (Date.parse(until) - Date.parse(endedAt)) / 1000
  const when = early >= 1 ? `, ${durationText(early)} before its time` : ''
  return [
    `${proposal} has ended${when}${because === null ? '' : `: ${printable(because)}`}`,
    ...setLeases(ended).map(
      ({ prefix, link, device, med }) => `  it had MED ${med} for ${prefix} on ${link}, at ${device}`,
    ),
  ].join('\n')
}
