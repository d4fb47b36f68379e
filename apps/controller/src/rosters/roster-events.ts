/** What a new roster changes, as events. @module */
import type { Actor } from '@vagus/api'
import type { Member, Roster } from '@vagus/identity'
import type { EventDraft } from '../events/event-draft.ts'

/**
 * Of `roster` after `before`; undefined: there was none, so that those who are in quarantine were not put there now.
 * @param owner as people call it; who signed it, and so did what changed, whoever brought it here
 */
export function rosterEvents(before: Roster | undefined, roster: Roster, owner: string): readonly EventDraft[] {
  const { epoch, members } = roster
  const quarantined = members.filter(({ quarantine }) => quarantine !== undefined).length
  const fields = { owner, epoch, members: members.length, quarantined }
  const by: Actor = { kind: 'agent', id: roster.owner, name: owner }
  const published: EventDraft = { event: 'roster.published', subject: owner, fields, by }
  return before === undefined ? [published] : [published, ...quarantineEvents(before, roster, owner, by)]
}

function quarantineEvents(before: Roster, after: Roster, owner: string, by: Actor): readonly EventDraft[] {
  const known = new Map(before.members.map((member) => [member.id, member]))
  return after.members.flatMap((member): readonly EventDraft[] => {
    const [was, is] = [known.get(member.id)?.quarantine, member.quarantine]
    if (was === undefined && is !== undefined) return [{ ...draft('agent.quarantined', member, owner, is.reason), by }]
    if (was !== undefined && is === undefined) return [{ ...draft('agent.released', member, owner, was.reason), by }]
    return []
  })
}

const draft = (
  event: 'agent.quarantined' | 'agent.released',
  { name }: Member,
  owner: string,
  reason: string,
): EventDraft => ({ event, subject: name, fields: { agent: name, owner, reason } })
