/**
 * Which links are congested. What the agent at one end says holds, where there is one; else a link is so from 80 % on,
 * and no longer so below 75 %, as agents have it. Either over three readings in a row: a load that swings about one
 * threshold makes no stream of events.
 * @module
 */
import { congestedFrom, defaultRules } from '@vagus/bgp/telemetry'
import type { EventDraft } from '../events/event-draft.ts'

const relievedBelow = congestedFrom - defaultRules.change
/** Readings in a row; the controller takes one a second. */
export const readingsInARow = 3

export interface LoadReading {
  readonly link: string
  /** Of the busier direction; null where nothing is known, which changes nothing. */
  readonly utilisation: number | null
  /** What the agent at one end says; absent where none does. */
  readonly told?: 'congested' | 'calm'
}

interface Watch {
  isCongested: boolean
  /** Readings in a row that speak for a change. */
  contrary: number
}

export class CongestionMonitor {
  readonly #watches = new Map<string, Watch>()

  step(readings: readonly LoadReading[]): readonly EventDraft[] {
    const drafts: EventDraft[] = []
    for (const { link, utilisation, told } of readings) {
      if (utilisation === null) continue
      const watch = this.#watches.get(link) ?? { isCongested: false, contrary: 0 }
      this.#watches.set(link, watch)
      const isMeasured = watch.isCongested ? utilisation >= relievedBelow : utilisation >= congestedFrom
      const isCongested = told === undefined ? isMeasured : told === 'congested'
      const speaksForChange = isCongested !== watch.isCongested
      watch.contrary = speaksForChange ? watch.contrary + 1 : 0
      if (watch.contrary < readingsInARow) continue
      watch.isCongested = !watch.isCongested
      watch.contrary = 0
      drafts.push({
        event: watch.isCongested ? 'link.congested' : 'link.relieved',
        subject: link,
        fields: { link, percent: Math.round(utilisation * 100) },
      })
    }
    const known = new Set(readings.map(({ link }) => link))
    for (const link of this.#watches.keys()) if (!known.has(link)) this.#watches.delete(link)
    return drafts
  }

  isCongested(link: string): boolean {
    return this.#watches.get(link)?.isCongested ?? false
  }
}
