/**
 * The domain's events: numbered from 1 without a gap, kept over restarts, handed to whoever listens. The number is what
 * a reader comes back with (`Last-Event-ID`).
 * @module
 */
import { type Actor, type Event, type EventName, sentences } from '@vagus/api'
import type { EventDraft } from './event-draft.ts'

/** Where events are kept. Ids grow; `load` gives the newest `limit` of them, oldest first. */
export interface EventKeeper {
  load(limit: number): readonly Event[]
  /** Of what it was given without a hash, its hash. @throws when the disk does not take it */
  append(event: Event): string
}

/** Events that can be read back: at one a second, nearly three hours of continuous trouble. The oldest go first. */
export const maxEvents = 10_000
/** Events that wait for a disk that takes none; beyond it the oldest are not kept over a restart. */
const maxWaiting = 1000
/** Forgotten in steps, so that not every event moves all others. */
const forgetStep = 500

export type EventListener = (event: Event) => void

export class EventLog {
  readonly #keeper: EventKeeper
  readonly #onProblem: (problem: string, event: Event) => void
  readonly #events: Event[]
  /** Not kept yet, oldest first. */
  readonly #waiting: Event[] = []
  readonly #listeners = new Set<EventListener>()
  #lastId: number

  /** `onProblem` hears of each event that could not be kept at once; readers get it all the same. */
  constructor(keeper: EventKeeper, onProblem: (problem: string, event: Event) => void) {
    this.#keeper = keeper
    this.#onProblem = onProblem
    this.#events = [...keeper.load(maxEvents)]
    this.#lastId = this.#events.at(-1)?.id ?? 0
  }

  get lastId(): number {
    return this.#lastId
  }

  /** `now` in milliseconds since 1970. */
  append({ event, subject, fields, by, trace }: EventDraft, now: number): Event {
    this.#lastId++
    const entry: Event = {
      id: this.#lastId,
      at: new Date(now).toISOString(),
      event,
      severity: sentences[event].severity,
      subject: subject.toWellFormed(),
      fields: plainFields(fields),
      ...(trace === undefined ? {} : { trace }),
      ...(by === undefined ? {} : { by: plainActor(by) }),
    }
    this.#events.push(entry)
    if (this.#events.length >= maxEvents + forgetStep) this.#events.splice(0, forgetStep)
    this.#waiting.push(entry)
    this.#keep(entry)
    for (const listener of this.#listeners) listener(entry)
    return entry
  }

  /** Events with an id above `after`, oldest first, at most `limit`; without `after` the newest. */
  read(after: number | undefined, limit: number, isWanted: (event: EventName) => boolean): readonly Event[] {
    if (after === undefined) {
      return this.#events.filter(({ event }) => isWanted(event)).slice(-limit)
    }
    const found: Event[] = []
    for (const event of this.#events) {
      if (event.id <= after || !isWanted(event.event)) continue
      found.push(event)
      if (found.length === limit) break
    }
    return found
  }

  /** Each event from now on, until the function returned is called. */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** In their order: an event whose number were given a second time after a restart would be missed by its readers. */
  #keep(newest: Event): void {
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        next.hash = this.#keeper.append(next)
        this.#waiting.shift()
      }
    } catch (error) {
      this.#onProblem(String(error), newest)
      if (this.#waiting.length > maxWaiting) this.#waiting.shift()
    }
  }
}

const plainActor = ({ kind, id, name }: Actor): Actor => ({
  kind,
  id: id?.toWellFormed() ?? null,
  name: name?.toWellFormed() ?? null,
})

/** As the disk gives them back: strangers have a say in texts, and half a character or no number would be another one then. */
function plainFields(fields: EventDraft['fields']): Event['fields'] {
  const plain: Event['fields'] = {}
  for (const [name, value] of Object.entries(fields))
    plain[name] = typeof value === 'string' ? value.toWellFormed() : Number.isFinite(value) ? value : String(value)
  return plain
}
