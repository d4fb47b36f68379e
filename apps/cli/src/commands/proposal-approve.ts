/** `vagus proposal approve ID`: asks the agents for the traffic classes of a proposal, all or none. @module */
import type { ProposalResource } from '@vagus/api/steering'
import { classText, toldText } from '../bgp/told-text.ts'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { durationText, timeText } from '../format.ts'
import { type Approval, carriedOut, type Done, planned } from '../steering/approval.ts'
import { askProposal } from '../steering/ask-proposal.ts'
import { spanWords, usualSeconds } from '../steering/class-commands.ts'
import { endOfLink, uncutAgentOf } from '../steering/classes.ts'
import { meaningOf, movesText } from '@vagus/api/proposal-words'

export const command = defineCommand({
  name: 'proposal approve',
  summary: 'do what a proposal says, for a time: all of it or nothing',
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
      default: spanWords(usualSeconds),
      description: 'how long it holds, up to 1d',
    },
    'dry-run': { type: 'flag', description: 'only show what it would do' },
    ...controllerOption,
    ...jsonOption,
  },
  async run(call) {
    const { values, terminal, signal } = call
    const seconds = values.for
    const client = clientFor(call)
    const proposal = await askProposal(client, call.words[0]!)
    refuseUnlessOpen(proposal)
    const approval = await planned(proposal, seconds, {
      agentOf: (device) => uncutAgentOf(client, device),
      endOf: (link) => endOfLink(client, link),
    })
    const { id } = proposal
    if (values['dry-run']) {
      const plans = [...approval.aside, ...approval.leaving].map(({ plan }) => plan)
      const ends = approval.endings.map(({ earlier }) => earlier)
      terminal.out(
        `${values.json ? JSON.stringify({ proposal: id, plans, ends }, null, 2) : approvalText(proposal, approval, seconds)}\n`,
      )
      return exitCode.ok
    }
    const done = await carriedOut(approval, seconds, signal).catch((error: unknown) => {
      // An interrupted command says nothing else, but its user must know what is left.
      if (signal.aborted && error instanceof Failure)
        terminal.err(`vagus: ${error.message}\n${error.fix === '' ? '' : `  ${error.fix}\n`}`)
      throw error
    })
    const now = new Date().toISOString()
    terminal.out(
      `${values.json ? JSON.stringify({ proposal: id, ...done }, null, 2) : doneText(proposal, approval, done, now)}\n`,
    )
    return exitCode.ok
  },
})

/** What was proposed of another load, or is done already, is not done. */
function refuseUnlessOpen(proposal: ProposalResource): void {
  const { id, state } = proposal
  if (state === 'open') return
  throw new Failure(
    exitCode.failed,
    `${id} is ${state}: ${meaningOf(proposal)}; only an open one can be approved`,
    'the open ones: vagus proposal ls --state open',
  )
}

export function approvalText(
  proposal: ProposalResource,
  { aside, endings, leaving, goals }: Approval,
  seconds: number,
): string {
  const { id, moves } = proposal
  return [
    `would ask for ${id}, ${movesText(moves)}, for ${durationText(seconds)}`,
    ...[...aside, ...leaving].flatMap(({ entry: { prefix, link, device }, plan }) => [
      `  ${prefix} on ${link}: class ${plan.class.number}, ${classText(plan.class)}, at ${device}`,
      ...(plan.before.length === 0 ? ['    now not announced to any neighbour there'] : []),
      ...plan.before.map((told) => `    now ${toldText(told)}`),
    ]),
    ...endings.map(
      ({ entry: { prefix, link, device }, earlier }) =>
        `  ${prefix} on ${link}: end class ${earlier.class}, at ${device}`,
    ),
    ...goals.flatMap(({ prefix, link, told }) => [
      `  ${prefix} on ${link}: no class, so that it enters there`,
      ...told.map((one) => `    stays ${toldText(one)}`),
    ]),
    ...(aside.length + endings.length + leaving.length === 0 ? ['  nothing: there is no class to set or to end'] : []),
    `nothing was changed; to do it: vagus proposal approve ${id} --for ${spanWords(seconds)}`,
  ].join('\n')
}

/** `now`: RFC 3339. */
export function doneText(
  { id, moves }: ProposalResource,
  { aside, endings, leaving }: Approval,
  { receipts }: Done,
  now: string,
): string {
  const ends = receipts.map(({ actuation }) => actuation.expiresAt).sort()
  return [
    `${id}: ${movesText(moves)}${ends[0] === undefined ? '' : `, until ${timeText(ends[0], now)}`}`,
    ...[...aside, ...leaving].flatMap(({ entry: { prefix, link } }, at) => {
      const { after } = receipts[at]!
      return [
        ...(after.length === 0 ? [`  ${prefix} on ${link}: not announced to any neighbour there`] : []),
        ...after.map((told) => `  ${prefix} on ${link}: ${toldText(told)}`),
      ]
    }),
    ...endings.map(
      ({ entry: { prefix, link }, earlier }) => `  ${prefix} on ${link}: class ${earlier.class} has ended`,
    ),
    `  undo    vagus proposal undo ${id}`,
    `  watch   vagus proposal show ${id} --watch`,
  ].join('\n')
}
