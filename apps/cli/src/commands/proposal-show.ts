/** `vagus proposal show ID`: one proposal as the record of a decision. @module */
import { isTaken } from '@vagus/api/proposal-words'
import type { BorderList, ProposalResource } from '@vagus/api/steering'
import type { Client } from '../client.ts'
import { defineCommand } from '../command.ts'
import { view, viewOptions } from '../controller-options.ts'
import { askProposal } from '../steering/ask-proposal.ts'
import { type Capacities, decisionRecord } from '../steering/decision-record.ts'

export const command = defineCommand({
  name: 'proposal show',
  summary: 'one proposal: why, what else, how to do it, what came of it',
  effect: 'ro',
  examples: [
    { line: 'vagus proposal show transit-7', does: 'the whole record' },
    { line: 'vagus proposal show transit-7 --watch', does: 'refreshes, to watch what comes of it' },
  ],
  arguments: [{ name: 'ID', description: 'an id of "vagus proposal ls"', presence: 'required' }],
  options: viewOptions,
  run(call) {
    let capacities: Capacities = new Map()
    return view<ProposalResource>(call, {
      ask: async (client) => {
        const proposal = await askProposal(client, call.words[0]!)
        capacities = await capacitiesNow(client)
        return proposal
      },
      show: (proposal, canvas) => decisionRecord(proposal, capacities, canvas),
      next: (proposal) =>
        proposal.state === 'open'
          ? `vagus proposal approve ${proposal.id} --dry-run`
          : isTaken(proposal)
            ? `vagus border show ${proposal.neighbour}`
            : 'vagus proposal ls',
    })
  },
})

/** Of all links of borders. The record is whole without them, but for shares. */
const capacitiesNow = async (client: Client): Promise<Capacities> =>
  client.get<BorderList>('BorderList', '/v1/borders').then(
    ({ items }) => new Map(items.flatMap(({ links }) => links.map(({ link, capacity }) => [link, capacity] as const))),
    () => new Map(),
  )
