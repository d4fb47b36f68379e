/** Which links go down again and again. One that comes and goes hurts more than one that stays away. @module */
import type { EventDraft } from '../events/event-draft.ts'

/** Downs within so many milliseconds make a link unstable; so long without one it is stable again. */
export const flapping = { downs: 3, window: 600_000, calm: 1_800_000 } as const

interface Watch {
  readonly downs: number[]
  isUnstable: boolean
}

export class FlapMonitor {
  readonly #watches = new Map<string, Watch>()

  /** `link.down` happened. Milliseconds since 1970. */
  down(link: string, at: number): readonly EventDraft[] {
    const watch = this.#watches.get(link) ?? { downs: [], isUnstable: false }
    this.#watches.set(link, watch)
    watch.downs.push(at)
    // The newest say all: whether so many came within the window.
    if (watch.downs.length > flapping.downs) watch.downs.shift()
    const isOften = watch.downs.length === flapping.downs && Math.abs(at - watch.downs[0]!) <= flapping.window
    if (watch.isUnstable || !isOften) return []
    watch.isUnstable = true
    const fields = { link, count: watch.downs.length, minutes: flapping.window / 60_000 }
    return [{ event: 'link.unstable', subject: link, fields }]
  }

  /** To be called now and then. Links that are stable again, or not configured any more, are forgotten. */
  step(links: ReadonlySet<string>, now: number): readonly EventDraft[] {
    const drafts: EventDraft[] = []
    for (const [link, { downs, isUnstable }] of this.#watches) {
      if (links.has(link) && Math.abs(now - downs.at(-1)!) < flapping.calm) continue
      this.#watches.delete(link)
      if (!isUnstable || !links.has(link)) continue
      drafts.push({ event: 'link.stable', subject: link, fields: { link, minutes: flapping.calm / 60_000 } })
    }
    return drafts
  }
}
