/** Which exporters fell silent and which came back. @module */
import type { EventDraft } from '../events/event-draft.ts'

/** When an exporter last sent flow records. */
export interface ExportTime {
  /** Name of the device, or the address of an exporter that is none. */
  readonly device: string
  /** Milliseconds since 1970. */
  readonly lastAt: number
}

export class SilenceMonitor {
  /** As many as the collector knows, and the configured devices. */
  readonly #silentSince = new Map<string, number>()

  /**
   * `exporters` are all that are known: what the collector forgot is forgotten, unless it is one of the configured
   * `devices`, whose return is to be told. `silentAfter` in milliseconds, `now` in milliseconds since 1970.
   */
  step(
    exporters: readonly ExportTime[],
    devices: ReadonlySet<string>,
    silentAfter: number,
    now: number,
  ): readonly EventDraft[] {
    const drafts: EventDraft[] = []
    for (const { device, lastAt } of exporters) {
      const since = this.#silentSince.get(device)
      const isSilent = now - lastAt >= silentAfter
      if (isSilent && since === undefined) {
        this.#silentSince.set(device, lastAt)
        drafts.push(draft('exporter.silent', device, now - lastAt))
      } else if (!isSilent && since !== undefined) {
        this.#silentSince.delete(device)
        drafts.push(draft('exporter.resumed', device, lastAt - since))
      }
    }
    const known = new Set(exporters.map(({ device }) => device))
    for (const device of this.#silentSince.keys()) {
      if (!known.has(device) && !devices.has(device)) this.#silentSince.delete(device)
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
