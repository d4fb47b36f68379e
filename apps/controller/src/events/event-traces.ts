/**
 * Which trace an event belongs to: that of the request within which it is told, else that of what was told of its matter
 * before. So a proposal that an agent's call approved has one trace up to its measured effect, hours later and over restarts.
 * Each event is a span by itself, below the one before it.
 * @module
 */
import { type Event, sentences } from '@vagus/api'
import { matterOf } from '@vagus/api/audit-items'
import type { Tracer } from '@vagus/observability'
import { type Attributes, toldText } from '@vagus/signals'
import { currentSpan } from '@vagus/observability/current-span'
import type { EventDraft } from './event-draft.ts'

/** Matters of which the last span is known; who was heard of longest ago goes, and then its events begin no trace. */
const maxMatters = 4096

export class EventTraces {
  readonly #tracer: Tracer
  /** By matter, the last heard of at the end. */
  readonly #last = new Map<string, string>()

  /** @param before events that were kept, oldest first */
  constructor(tracer: Tracer, before: readonly Event[]) {
    this.#tracer = tracer
    for (const event of before) if (event.trace !== undefined) this.#note(event, event.trace)
  }

  /** The event with its place in a trace; as it is where it belongs to none. @param now milliseconds since 1970 */
  traced(draft: EventDraft, now: number): EventDraft {
    const matter = matterOf(draft)
    const parent = currentSpan() ?? draft.trace ?? (matter === undefined ? undefined : this.#last.get(matter))
    if (parent === undefined) return draft
    const attributes = this.#attributesOf(draft.subject, matter)
    const span = this.#tracer.begin({ name: draft.event, kind: 'internal', parent, attributes, from: now })
    span.end(sentences[draft.event].severity === 'error' ? '' : undefined)
    this.#note(draft, span.traceparent)
    return { ...draft, trace: span.traceparent }
  }

  /** A subject may be an agent; a matter is one where its event is about agents. */
  #attributesOf(subject: string, matter: string | undefined): Attributes {
    const { agents } = this.#tracer
    if (agents === 'nobody')
      return matter === undefined || matter.startsWith('agent ') ? {} : { 'vagus.matter': matter }
    const told = { 'vagus.subject': toldText(subject, agents) }
    return matter === undefined ? told : { ...told, 'vagus.matter': toldText(matter, agents) }
  }

  #note(event: Pick<Event, 'event' | 'fields'>, trace: string): void {
    const matter = matterOf(event)
    if (matter === undefined) return
    this.#last.delete(matter)
    this.#last.set(matter, trace)
    if (this.#last.size > maxMatters) this.#last.delete(this.#last.keys().next().value!)
  }
}
