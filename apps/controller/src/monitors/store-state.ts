/** When the store stops taking records, and when it goes on. @module */
import type { EventDraft } from '../events/event-draft.ts'

export interface StoreReading {
  readonly state: 'ok' | 'disk-full' | 'failed'
  /** Records that wait in memory. */
  readonly waiting: number
  /** Records given up since the start. */
  readonly dropped: number
  /** What is wrong, where something is. */
  readonly problem: string
}

export class StoreMonitor {
  #last: StoreReading = { state: 'ok', waiting: 0, dropped: 0, problem: '' }
  #droppedBefore = 0

  step(reading: StoreReading): readonly EventDraft[] {
    const last = this.#last
    this.#last = reading
    if (reading.state === last.state) return []
    if (last.state === 'ok') this.#droppedBefore = last.dropped
    const { waiting, problem } = reading
    const dropped = reading.dropped - this.#droppedBefore
    if (reading.state === 'disk-full')
      return [{ event: 'store.disk-full', subject: 'store', fields: { waiting, dropped } }]
    if (reading.state === 'failed') return [{ event: 'store.failed', subject: 'store', fields: { problem } }]
    return [{ event: 'store.recovered', subject: 'store', fields: { dropped } }]
  }
}
