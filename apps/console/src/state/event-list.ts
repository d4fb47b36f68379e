/**
 * The events that the page holds: newest first, each once, no more than `maxEvents`.
 * @module
 */
import type { Event } from '@vagus/api'

/** Some screens full; as many as the API gives at once. The oldest are let go. */
export const maxEvents = 1000

/** `list` with `more` in it; events that came twice (after a resumption) count once. */
export function withEvents(list: readonly Event[], more: readonly Event[]): readonly Event[] {
  const known = new Set(list.map(({ id }) => id))
  const fresh = more.filter(({ id }) => !known.has(id))
  if (fresh.length === 0) return list
  return [...fresh, ...list].sort((a, b) => b.id - a.id).slice(0, maxEvents)
}

/**
 * Whether a page of the newest events is of another log than the list: the controller started a new one, so that its
 * ids mean other events.
 */
export function isOtherLog(list: readonly Event[], page: readonly Event[]): boolean {
  const newest = list[0]
  if (newest === undefined) return false
  const times = new Map(page.map(({ id, at }) => [id, at]))
  return Math.max(0, ...times.keys()) < newest.id || list.some(({ id, at }) => (times.get(id) ?? at) !== at)
}

const rank = { info: 0, warning: 1, error: 2 } as const

/** Events at or above a severity whose sentence, subject or name holds the text, in any case. */
export function filterEvents(
  list: readonly Event[],
  severity: 'all' | 'warning' | 'error',
  text: string,
  sentenceOf: (event: Event) => string,
): readonly Event[] {
  const least = severity === 'all' ? 0 : rank[severity]
  const wanted = text.trim().toLowerCase()
  return list.filter(
    (event) =>
      rank[event.severity] >= least &&
      (wanted === '' || `${sentenceOf(event)} ${event.subject} ${event.event}`.toLowerCase().includes(wanted)),
  )
}
