/** Hands events to the other thread, and those with changes no faster than it takes them. @module */
import type { SpeakerEvent } from '../event.ts'
import { eventsInFlight } from '../limits.ts'
import type { ChangeFeed } from '../routes/change-feed.ts'

export class EventGate {
  readonly #emit: (event: SpeakerEvent) => void
  readonly #waiting = new Set<ChangeFeed>()
  #inFlight = 0
  #isScheduled = false

  constructor(emit: (event: SpeakerEvent) => void) {
    this.#emit = emit
  }

  /** What is no change goes at once; the changes before it go first where they can. */
  emit(event: SpeakerEvent): void {
    this.#flush()
    this.#emit(event)
  }

  /** The feed has something to tell. */
  pending(feed: ChangeFeed): void {
    this.#waiting.add(feed)
    if (this.#isScheduled) return
    this.#isScheduled = true
    // Not at once: a chunk of the connection often changes many routes, or one several times.
    setImmediate(() => {
      this.#isScheduled = false
      this.#flush()
    })
  }

  forget(feed: ChangeFeed): void {
    this.#waiting.delete(feed)
  }

  /** The other thread took an event with changes. */
  taken(): void {
    this.#inFlight--
    this.#flush()
  }

  /** Peers in turn, one event each. */
  #flush(): void {
    for (const feed of this.#waiting) {
      if (this.#inFlight >= eventsInFlight) return
      this.#waiting.delete(feed)
      const event = feed.take()
      if (event === undefined) continue
      if (!feed.isEmpty) this.#waiting.add(feed)
      this.#inFlight++
      this.#emit(event)
    }
  }
}
