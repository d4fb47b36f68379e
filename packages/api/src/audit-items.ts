/** What events tell of what was done: who, why, what undoes it, what came of it. @module */
import { actorText } from './actor-text.ts'
import type { AuditItem, AuditQuery } from './audit.ts'
import type { Event } from './event.ts'
import { eventKind, type EventName, filledIn, sentenceOf, sentences } from './sentences.ts'

/** Events that an item may be made of. */
export const auditEvents: readonly EventName[] = (Object.keys(sentences) as EventName[]).filter((name) => {
  const { changes, matter, tried } = eventKind(name)
  return changes !== undefined || matter !== undefined || tried !== undefined
})

/** Of `events`, oldest first, those that changed something, and what was tried in vain. */
export function auditItems(events: readonly Event[]): readonly AuditItem[] {
  const matters = Map.groupBy(events, (event) => matterOf(event) ?? '')
  return events.flatMap((event) => {
    const { changes, tried, why, follows, undo } = eventKind(event.event)
    if (changes === undefined && tried === undefined) return []
    const matter = matterOf(event)
    const story = matter === undefined ? [event] : matters.get(matter)!
    const place = story.indexOf(event)
    const later = story.slice(place + 1)
    const isOver = [event, ...later].some(({ event: name }) => eventKind(name).ends === 'matter')
    return {
      id: event.id,
      at: event.at,
      event: event.event,
      subject: event.subject,
      changes: changes ?? 'nothing',
      what: toldOf(event),
      by: event.by ?? null,
      why: why === undefined ? evidenceIn(story.slice(0, place), follows) : filledIn(why, event.fields),
      undo: undo === undefined || isOver ? null : filledIn(undo, event.fields),
      outcome: outcomeIn(later),
    }
  })
}

export const isAsked = (item: AuditItem, { who, subject }: Pick<AuditQuery, 'who' | 'subject'>): boolean =>
  (who === undefined ||
    (item.by !== null && (actorText(item.by) === who || item.by.id === who || item.by.kind === who))) &&
  (subject === undefined || item.subject === subject || item.what.split(/[\s,:]/).includes(subject))

/**
 * The events of one matter, and what it is called. `id`: of a proposal, line or class, the number of an event, or the id
 * of a commit (`pe-1/commit-7`; `commit-7` where one device alone has it).
 */
export function traceOf(
  events: readonly Event[],
  id: string,
): { readonly matter: string; readonly events: readonly Event[] } | undefined {
  const numbered = events.find((event) => String(event.id) === id)
  const start =
    numbered ?? events.find((event) => matterOf(event)?.endsWith(` ${id}`) === true) ?? onlyCommit(events, id)
  if (start === undefined) return undefined
  const matter = matterOf(start)
  if (matter === undefined) return { matter: start.event, events: [start] }
  return { matter, events: events.filter((event) => matterOf(event) === matter) }
}

function onlyCommit(events: readonly Event[], id: string): Event | undefined {
  const found = events.filter(({ event, fields }) => event.startsWith('commit.') && fields['id'] === id)
  return new Set(found.map(matterOf)).size === 1 ? found[0] : undefined
}

/** The matter that an event belongs to, such as `steering transit-7`; undefined: it stands for itself. */
export function matterOf({ event, fields }: Pick<Event, 'event' | 'fields'>): string | undefined {
  const { matter } = eventKind(event)
  const value = matter === undefined ? undefined : fields[matter]
  return value === undefined ? undefined : `${event.slice(0, event.indexOf('.'))} ${value}`
}

/** Without who: that stands by itself. */
export const toldOf = ({ event, fields }: Event): string => sentenceOf({ event, fields })

const isChange = ({ event }: Event): boolean => eventKind(event).changes !== undefined

function evidenceIn(earlier: readonly Event[], follows: string | undefined): string | null {
  const evidence = earlier.findLast(({ event }) => event === follows)
  return evidence === undefined ? null : toldOf(evidence)
}

/** What was seen says more than what was done next. */
function outcomeIn(later: readonly Event[]): string | null {
  const event = later.findLast((one) => !isChange(one)) ?? later.at(-1)
  return event === undefined ? null : toldOf(event)
}
