/** Which links went down and which came up again. @module */
import type { EventDraft } from '../events/event-draft.ts'

export interface LinkReading {
  readonly link: string
  readonly state: 'up' | 'down' | 'unknown'
  /** The end that says so. */
  readonly device: string
  readonly interface: string
}

export class LinkStateMonitor {
  readonly #downSince = new Map<string, number>()

  /** Unknown states change nothing: a silent device says nothing about its links. */
  step(readings: readonly LinkReading[], now: number): readonly EventDraft[] {
    const drafts: EventDraft[] = []
    for (const { link, state, device, interface: name } of readings) {
      const since = this.#downSince.get(link)
      if (state === 'down' && since === undefined) {
        this.#downSince.set(link, now)
        drafts.push({ event: 'link.down', subject: link, fields: { link, device, interface: name } })
      } else if (state === 'up' && since !== undefined) {
        this.#downSince.delete(link)
        const seconds = Math.round(Math.max(0, now - since) / 1000)
        drafts.push({ event: 'link.up', subject: link, fields: { link, device, interface: name, seconds } })
      }
    }
    const known = new Set(readings.map(({ link }) => link))
    for (const link of this.#downSince.keys()) if (!known.has(link)) this.#downSince.delete(link)
    return drafts
  }
}
