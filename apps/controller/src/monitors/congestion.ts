/**
 * Which links are congested. What the agent at one end says holds, where there is one; else a link is so from 80 % on,
 * and no longer so below 75 %, as agents have it. It is an event when that was so in half of the last ten readings, and
 * another when it was so in no more than two of them: bursts, and a load that swings about one threshold, make no stream
 * of events.
 * @module
 */
import { congestedFrom, defaultRules } from '@vagus/bgp/telemetry'
import type { EventDraft } from '../events/event-draft.ts'

const relievedBelow = congestedFrom - defaultRules.change
/** Readings of a window; the controller takes one a second. Of these, so many make a link congested or leave it so. */
export const readings = { window: 10, congested: 5, relieved: 2 } as const

export interface LoadReading {
  readonly link: string
  /** Of the busier direction; null where nothing is known, which changes nothing. */
  readonly utilisation: number | null
  /** What the agent at one end says; absent where none does. */
  readonly told?: 'congested' | 'calm'
}

interface Watch {
  isCongested: boolean
  /** Utilisation in the last readings, oldest first; null in calm ones. */
  readonly window: (number | null)[]
}

export class CongestionMonitor {
  readonly #watches = new Map<string, Watch>()

  step(loads: readonly LoadReading[]): readonly EventDraft[] {
    const drafts: EventDraft[] = []
    for (const { link, utilisation, told } of loads) {
      if (utilisation === null) continue
      const watch = this.#watches.get(link) ?? { isCongested: false, window: [] }
      this.#watches.set(link, watch)
      const isMeasured = watch.isCongested ? utilisation >= relievedBelow : utilisation >= congestedFrom
      const isCongested = told === undefined ? isMeasured : told === 'congested'
      watch.window.push(isCongested ? utilisation : null)
      if (watch.window.length > readings.window) watch.window.shift()
      const congested = watch.window.filter((used) => used !== null).length
      if (watch.isCongested ? congested > readings.relieved : congested < readings.congested) continue
      watch.isCongested = !watch.isCongested
      drafts.push({
        event: watch.isCongested ? 'link.congested' : 'link.relieved',
        subject: link,
        // The burst that made it congested may be over by now.
        fields: {
          link,
          percent: Math.round((watch.isCongested ? Math.max(...watch.window.map(Number)) : utilisation) * 100),
        },
      })
    }
    const known = new Set(loads.map(({ link }) => link))
    for (const link of this.#watches.keys()) if (!known.has(link)) this.#watches.delete(link)
    return drafts
  }

  isCongested(link: string): boolean {
    return this.#watches.get(link)?.isCongested ?? false
  }
}
