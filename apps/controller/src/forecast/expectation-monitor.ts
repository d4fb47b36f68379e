/**
 * When an operator is told that a link is about to be full: once, and not again before it was unlikely for half an hour. A
 * chance that swings about one figure makes no stream of events.
 * @module
 */
import { congestedFrom } from '@vagus/api/thresholds'
import type { EventDraft } from '../events/event-draft.ts'

/** Of chances, and for so many steps of five minutes. */
export const expectation = { likelyFrom: 0.5, unlikelyBelow: 0.25, calmSteps: 6 } as const

interface Watch {
  isExpected: boolean
  /** False where it was full before it was expected to be, which `link.congested` tells. */
  isTold: boolean
  calm: number
}

export class ExpectationMonitor {
  readonly #watches = new Map<string, Watch>()

  /** @param by when the horizon of these chances ends, RFC 3339. A chance of null is not known, and changes nothing. */
  step(
    chances: readonly { readonly link: string; readonly chance: number | null }[],
    by: string,
  ): readonly EventDraft[] {
    const drafts: EventDraft[] = []
    for (const { link, chance } of chances) {
      if (chance === null) continue
      const watch = this.#watches.get(link) ?? { isExpected: false, isTold: false, calm: 0 }
      this.#watches.set(link, watch)
      watch.calm = chance < expectation.unlikelyBelow ? watch.calm + 1 : 0
      const threshold = Math.round(congestedFrom * 100)
      if (!watch.isExpected && chance >= expectation.likelyFrom) {
        watch.isExpected = true
        watch.isTold = chance < 1
        if (!watch.isTold) continue
        const fields = { link, threshold, by, percent: Math.round(chance * 100) }
        drafts.push({ event: 'link.expected-full', subject: link, fields })
      } else if (watch.isExpected && watch.calm >= expectation.calmSteps) {
        watch.isExpected = false
        if (watch.isTold) drafts.push({ event: 'link.expected-calm', subject: link, fields: { link, threshold } })
      }
    }
    const known = new Set(chances.map(({ link }) => link))
    for (const link of this.#watches.keys()) if (!known.has(link)) this.#watches.delete(link)
    return drafts
  }
}
