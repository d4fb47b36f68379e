/** `vagus proposal approve ID`: the controller asks the agents for what a proposal needs, all of it or nothing. @module */
import { movesText } from '@vagus/api/proposal-words'
import { type ApprovalResource, approvalSeconds, type ProposalResource } from '@vagus/api/steering'
import { defineCommand } from '../command.ts'
import { type Canvas, clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { durationText, timeText } from '../format.ts'
import { jsonText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import { askProposal } from '../steering/ask-proposal.ts'
import { changeApproval } from '../steering/change-approval.ts'
import { spanWords } from '../steering/class-commands.ts'
import { leaseTable } from '../steering/lease-table.ts'
import { wrapped } from '../wrap.ts'

export const command = defineCommand({
  name: 'proposal approve',
  summary: 'do what a proposal says, for a time, all or nothing',
  effect: 'rw',
  examples: [
    { line: 'vagus proposal approve transit-7 --dry-run', does: 'asks every agent what it would do' },
    { line: 'vagus proposal approve transit-7 --for 1h', does: 'does it; it ends by itself' },
  ],
  arguments: [{ name: 'ID', description: 'an id of "vagus proposal ls"', presence: 'required' }],
  options: {
    for: {
      type: 'duration',
      value: 'TIME',
      default: spanWords(approvalSeconds.usual),
      description: 'how long it holds, 1m to 1d',
    },
    'dry-run': { type: 'flag', description: 'only ask the agents what they would do' },
    ...homeOption,
    ...controllerOption,
    ...jsonOption,
  },
  async run(call) {
    const { values, words, terminal } = call
    const { for: seconds, 'dry-run': dryRun } = values
    if (seconds < approvalSeconds.least || seconds > approvalSeconds.most)
      throw new Failure(exitCode.usage, `--for must be 1m to 1d, not ${durationText(seconds)}`, 'such as --for 1h')
    const client = clientFor(call)
    const proposal = await askProposal(client, words[0]!)
    const typed = `vagus proposal approve ${proposal.id}`
    const approval = await changeApproval(call, client, proposal, { method: 'POST', body: { seconds, dryRun } }, typed)
    const { columns, paint } = terminal
    const canvas = { columns: Math.min(columns, 100), paint }
    const shown = dryRun ? possibleText(proposal, approval, seconds, canvas) : inForceText(proposal, approval, canvas)
    terminal.out(values.json ? jsonText(approval) : `${shown}\n`)
    return exitCode.ok
  },
})

type Place = Pick<Canvas, 'columns' | 'paint'>

export function possibleText(
  { id, moves }: ProposalResource,
  approval: ApprovalResource,
  seconds: number,
  canvas: Place,
): string {
  return [
    ...wrapped(`${id} can be approved: ${movesText(moves)}, for ${durationText(seconds)}`, canvas.columns),
    '',
    leaseTable(approval, canvas),
    '',
    'every agent agrees; nothing was changed',
    `  do it   vagus proposal approve ${id} --for ${spanWords(seconds)}`,
  ].join('\n')
}

export function inForceText({ id, moves, now }: ProposalResource, approval: ApprovalResource, canvas: Place): string {
  const until = timeText(approval.until, now)
  return [
    ...wrapped(`${id} is in force: ${movesText(moves)}, until ${until}`, canvas.columns),
    '',
    leaseTable(approval, canvas),
    '',
    `it goes back by itself at ${until}`,
    `  undo    vagus proposal undo ${id}`,
    `  watch   vagus proposal show ${id} --watch`,
  ].join('\n')
}
