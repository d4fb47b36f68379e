/** A proposal, by its id. @module */
import type { ProposalResource } from '@vagus/api/steering'
import type { Client } from '../client.ts'
import { orSay } from '../failure.ts'

/** @throws {Failure} as `Client.get`; of an unknown id, it says where the ids are */
export const askProposal = (client: Client, id: string): Promise<ProposalResource> =>
  client
    .get<ProposalResource>('Proposal', `/v1/proposals/${encodeURIComponent(id)}`)
    .catch(orSay('the ids: vagus proposal ls --last 7d', ''))
