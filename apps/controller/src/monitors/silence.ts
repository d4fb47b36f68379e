/** Which exporters fell silent and which came back. @module */
import type { EventDraft } from '../events/event-draft.ts'

/** When an exporter last sent flow records. */
export interface ExportTime {
  /** Name of the device, or the address of an exporter that is none. */
  readonly device: string
  /** Milliseconds since 1970. */
  readonly lastAt: number
}

/** Exporters watched; further ones are not (as many as the collector knows). */
const maxWatched = 16_384

export class SilenceMonitor {
  readonly #silentSince = new Map<string, number>()

  /** `silentAfter` in milliseconds, `now` in milliseconds since 1970. */
  step(exporters: readonly ExportTime[], silentAfter: number, now: number): readonly EventDraft[] {
    const drafts: EventDraft[] = []
    for (const { device, lastAt } of exporters) {
      const since = this.#silentSince.get(device)
      const isSilent = now - lastAt >= silentAfter
      if (isSilent && since === undefined && this.#silentSince.size < maxWatched) {
        this.#silentSince.set(device, lastAt)
        drafts.push(draft('exporter.silent', device, now - lastAt))
      } else if (!isSilent && since !== undefined) {
        this.#silentSince.delete(device)
        drafts.push(draft('exporter.resumed', device, lastAt - since))
      }
    }
    return drafts
  }

  isSilent(device: string): boolean {
    return this.#silentSince.has(device)
  }
}

const draft = (event: 'exporter.silent' | 'exporter.resumed', device: string, milliseconds: number): EventDraft => ({
  event,
  subject: device,
  fields: { device, seconds: Math.round(Math.max(0, milliseconds) / 1000) },
})
