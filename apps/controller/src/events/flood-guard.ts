/**
 * Keeps events that strangers' datagrams cause from displacing all others: datagrams with invented source addresses make
 * an event each, and so do agents, which list themselves. Beyond so many of one name a minute they are only counted, and the
 * count is told when the minute is over.
 * @module
 */
import type { EventName } from '@vagus/api'
import type { EventDraft } from './event-draft.ts'

/** A hundred routers that appear at once are still told one by one. */
export const eventsPerMinute = 100
const minute = 60_000

/** Where all are that events of the name are about: what floods comes from exporters, agents and their sessions. */
function listOf(name: EventName): string {
  if (name.startsWith('session.')) return 'vagus session ls'
  if (name.startsWith('intent.')) return 'vagus intent ls'
  if (name.startsWith('commit.')) return 'vagus device commits'
  if (name.startsWith('attempt.')) return 'the record of the device'
  return name.startsWith('agent.') ? 'vagus agent ls' : 'vagus exporter ls'
}

interface Span {
  readonly from: number
  told: number
  held: number
}

export class FloodGuard {
  readonly #spans = new Map<EventName, Span>()
  readonly #perMinute: number

  /** @param perMinute events of one name that are told one by one within a minute */
  constructor(perMinute = eventsPerMinute) {
    this.#perMinute = perMinute
  }

  /** Those of `drafts` that are told, and what earlier minutes held back. `now` in milliseconds. */
  step(drafts: readonly EventDraft[], now: number): readonly EventDraft[] {
    const told = this.#endedSpans(now)
    for (const draft of drafts) {
      let span = this.#spans.get(draft.event)
      if (span === undefined) this.#spans.set(draft.event, (span = { from: now, told: 0, held: 0 }))
      if (span.told < this.#perMinute) {
        span.told++
        told.push(draft)
      } else span.held++
    }
    return told
  }

  #endedSpans(now: number): EventDraft[] {
    const drafts: EventDraft[] = []
    for (const [name, { from, held }] of this.#spans) {
      if (now >= from && now - from < minute) continue // a span that begins later is of a clock that was set back
      this.#spans.delete(name)
      const fields = { count: held, name, list: listOf(name) }
      if (held > 0) drafts.push({ event: 'receiver.flood', subject: 'receiver', fields })
    }
    return drafts
  }
}
