/** Place of steering in the control state: a document for each proposal, and one for the engine of each border. @module */
import type { Proposal } from '@vagus/api/steering'
import type { ControlStore } from '@vagus/store'
import type { ProposalKeeper } from './proposal-list.ts'

export interface SteeringKeeper extends ProposalKeeper {
  /** What the engine of that neighbour's border knew; undefined without any. */
  snapshotOf(neighbour: string): unknown
  /** @throws when the disk does not take it */
  keepSnapshot(neighbour: string, snapshot: unknown, now: number): void
}

const proposalPrefix = 'proposal/'
const snapshotPrefix = 'steering/'

export const steeringKeeper = (control: ControlStore): SteeringKeeper => ({
  load: () => control.values(proposalPrefix) as readonly Proposal[], // what `keep` wrote
  keep: (proposal, now) => control.put(`${proposalPrefix}${proposal.id}`, proposal, now),
  forget: (id) => control.delete(`${proposalPrefix}${id}`),
  snapshotOf: (neighbour) => control.get(`${snapshotPrefix}${neighbour}`)?.value,
  keepSnapshot: (neighbour, snapshot, now) => control.put(`${snapshotPrefix}${neighbour}`, snapshot, now),
})
