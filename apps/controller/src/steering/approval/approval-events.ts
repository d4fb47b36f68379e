/** Events about approvals. @module */
import { type Actor, controller, operator } from '@vagus/api/actor'
import { approverNames } from '@vagus/api/proposal-words'
import type { Approval, Proposal } from '@vagus/api/steering'
import type { EventDraft } from '../../events/event-draft.ts'
import { whatOf } from '../steering-events.ts'

const actors: Readonly<Record<Approval['by'], Actor>> = { operator, vagus: controller }

/** `seconds`: how long it holds. */
export const approvedEvent = (proposal: Proposal, by: Approval['by'], seconds: number): EventDraft => ({
  event: 'steering.approved',
  subject: proposal.neighbour,
  fields: { id: proposal.id, by: approverNames[by], seconds, what: whatOf(proposal) },
  by: actors[by],
})

export const refusedEvent = (proposal: Proposal, by: Approval['by'], problem: string): EventDraft => ({
  event: 'steering.refused',
  subject: proposal.neighbour,
  fields: { id: proposal.id, by: approverNames[by], problem },
  by: actors[by],
})

/** `by`: who ended it; undefined where nobody did. */
export const endedEvent = (
  { proposal: id, neighbour }: { readonly proposal: string; readonly neighbour: string },
  by: Approval['by'] | undefined,
  because: string,
): EventDraft => ({
  event: 'steering.ended',
  subject: neighbour,
  fields: { id, by: by === undefined ? 'nobody' : approverNames[by], because },
  ...(by === undefined ? {} : { by: actors[by] }),
})
