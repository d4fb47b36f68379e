/** Datagrams that the kernel dropped before they were read, reported at most every ten seconds. @module */
import type { EventDraft } from '../events/event-draft.ts'

/** A burst lasts seconds; one event should cover it. */
export const overflowPause = 10_000

export class OverflowMonitor {
  #told = 0
  #toldAt = -Infinity

  /** `dropped` since the start, `now` in milliseconds. */
  step(dropped: number, now: number): readonly EventDraft[] {
    const count = dropped - this.#told
    if (count <= 0 || Math.abs(now - this.#toldAt) < overflowPause) return []
    this.#told = dropped
    this.#toldAt = now
    return [{ event: 'receiver.overflow', subject: 'receiver', fields: { count } }]
  }
}
