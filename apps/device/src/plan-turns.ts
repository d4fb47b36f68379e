/**
 * Negotiations with a controller, each by itself; those of one plan one after the other: its accept and its confirmation go by
 * two streams, and one may overtake the other.
 * @module
 */
import { planKey } from '@vagus/grasp/objectives'
import type { Clock } from './clock.ts'

/** At once; one more is declined with BUSY. */
export const maxNegotiations = 64
/** Milliseconds for which a negotiation waits for the one before about its plan. */
const overtaking = 2000

interface Turn {
  readonly run: 'live' | 'dry'
  decline(reason: string): void
}

export class PlanTurns {
  readonly #clock: Pick<Clock, 'after'>
  #open = 0
  /** By plan: settled when the last negotiation about it is over. */
  readonly #last = new Map<string, Promise<void>>()

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock
  }

  /**
   * Until it is over.
   * @param talk answers it; before it looks at the first offer it waits for the function that it is given
   */
  async take(
    negotiation: Turn,
    talk: (before: (first: { readonly planId: Uint8Array }) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    if (this.#open >= maxNegotiations) return negotiation.decline(`BUSY ${maxNegotiations} negotiations are open`)
    this.#open++
    const over = Promise.withResolvers<void>()
    let key: string | undefined
    try {
      await talk(async ({ planId }) => {
        if (negotiation.run === 'dry') return
        key = planKey(planId)
        const before = this.#last.get(key)
        this.#last.set(key, over.promise)
        if (before !== undefined) await this.#patientlyFor(before)
      })
    } finally {
      this.#open--
      over.resolve()
      if (key !== undefined && this.#last.get(key) === over.promise) this.#last.delete(key)
    }
  }

  async #patientlyFor(before: Promise<void>): Promise<void> {
    const waited = Promise.withResolvers<void>()
    const stop = this.#clock.after(overtaking, waited.resolve)
    await Promise.race([before, waited.promise])
    stop()
  }
}
