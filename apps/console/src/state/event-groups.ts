/**
 * Like events as one line: "pe-1 exports ipfix (4 streams)". A router that exports from many ports, or a link that keeps
 * losing records, must not push everything else off the screen.
 * @module
 */
import type { Event } from '@vagus/api'
import { filledIn } from '@vagus/api/sentences'

/** Events that say the same of one subject, newest first; never empty. */
export interface EventGroup {
  /** Id of the oldest event, which stays while newer ones join. */
  readonly id: number
  readonly newest: Event
  readonly events: readonly Event[]
}

/** An event joins the one before it of its kind when it came no later than this after it. */
const maxGap = 60_000

const kindOf = ({ event, severity, fields }: Event): string =>
  `${event} ${severity} ${fields['protocol'] ?? ''} ${fields['peer'] ?? ''}`

/**
 * The list, newest first, with like events of one subject folded. Only events that follow each other among those of
 * their subject are: a link that goes down, up and down again stays three lines.
 */
export function groupsOf(list: readonly Event[]): readonly EventGroup[] {
  const groups: { newest: Event; events: Event[] }[] = []
  const last = new Map<string, (typeof groups)[number]>()
  for (const event of list) {
    const open = last.get(event.subject)
    const later = open?.events.at(-1)
    if (
      later !== undefined &&
      kindOf(later) === kindOf(event) &&
      Date.parse(later.at) - Date.parse(event.at) <= maxGap
    ) {
      open!.events.push(event)
      continue
    }
    const group = { newest: event, events: [event] }
    groups.push(group)
    last.set(event.subject, group)
  }
  return groups.map(({ newest, events }) => ({ id: events.at(-1)!.id, newest, events }))
}

/** Sentences that include the number of events; `{field}` as in the sentences of the API. */
const foldedSentences: Partial<Record<Event['event'], string>> = {
  'exporter.seen': '{device} exports {protocol} ({times} streams)',
  'exporter.restarted': '{device} restarted its export ({times} streams)',
  'session.moved': '{agent} reaches {peer} over {to}, after {times} moves',
  'session.gap': '{agent} heard nothing from {peer} {times} times, last for {milliseconds}',
}

/** Text of a group's line; `textOf` gives the sentence of one event. */
export function textOfGroup({ newest, events }: EventGroup, textOf: (event: Event) => string): string {
  const times = events.length
  if (times === 1) return textOf(newest)
  const folded = foldedSentences[newest.event]
  if (folded === undefined) return `${textOf(newest)} · ${times} times`
  return filledIn(folded, { ...newest.fields, times })
}
