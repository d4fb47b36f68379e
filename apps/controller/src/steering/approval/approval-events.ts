/** Events about approvals. @module */
import { type Actor, actorText, controller, operator } from '@vagus/api/actor'
import { approverNames } from '@vagus/api/proposal-words'
import type { Approval, Proposal } from '@vagus/api/steering'
import type { EventDraft } from '../../events/event-draft.ts'
import { whatOf } from '../steering-events.ts'

export type Who = Pick<Approval, 'by' | 'approver'>

const actorOf = ({ by, approver }: Who): Actor => approver ?? (by === 'operator' ? operator : controller)
const nameOf = ({ by, approver }: Who): string => (approver === undefined ? approverNames[by] : actorText(approver))

/** `seconds`: how long it holds. */
export const approvedEvent = (proposal: Proposal, who: Who, seconds: number): EventDraft => ({
  event: 'steering.approved',
  subject: proposal.neighbour,
  fields: { id: proposal.id, by: nameOf(who), seconds, what: whatOf(proposal) },
  by: actorOf(who),
})

export const refusedEvent = (proposal: Proposal, who: Who, problem: string): EventDraft => ({
  event: 'steering.refused',
  subject: proposal.neighbour,
  fields: { id: proposal.id, by: nameOf(who), problem },
  by: actorOf(who),
})

/** `who` ended it; undefined where nobody did. */
export const endedEvent = (
  { proposal: id, neighbour }: { readonly proposal: string; readonly neighbour: string },
  who: Who | undefined,
  because: string,
): EventDraft => ({
  event: 'steering.ended',
  subject: neighbour,
  fields: { id, by: who === undefined ? 'nobody' : nameOf(who), because },
  ...(who === undefined ? {} : { by: actorOf(who) }),
})
