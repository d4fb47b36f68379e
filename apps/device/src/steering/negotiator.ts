/** Answers the negotiations of one controller, each by itself; those of one plan one after the other. @module */
import { type LeaseConfig, type MedBounds, type MedOffer, planKey } from '@vagus/grasp/objectives'
import { Bargain, type MedNegotiation } from './bargain.ts'
import { type Actuations, type Clock, LeaseKeeper } from './lease-keeper.ts'

/** Negotiations at once; one more is declined with BUSY. */
export const maxNegotiations = 64
/** Milliseconds for which a negotiation waits for the one before about its plan: streams may overtake each other. */
const overtaking = 2000

export interface NegotiatorParts {
  /** Name of the device. */
  readonly node: string
  /** Grows with each start of this program. */
  readonly epoch: number
  /** Id of the controller's agent: nobody else gets here. */
  readonly from: string
  readonly bounds: MedBounds
  readonly actuations: Actuations
  readonly clock: Clock
  readonly config: LeaseConfig
  readonly report: (line: string) => void
}

export class Negotiator {
  readonly keeper: LeaseKeeper
  readonly #parts: NegotiatorParts
  #sequence = 0
  #open = 0
  /** By plan: settled when the last negotiation about it is over. */
  readonly #last = new Map<string, Promise<void>>()
  #said = ''

  constructor(parts: NegotiatorParts) {
    this.#parts = { ...parts, report: (line) => this.#report(line, parts.report) }
    this.keeper = new LeaseKeeper(this.#parts)
  }

  /** Until it is over. Never rejects. */
  async take(negotiation: MedNegotiation): Promise<void> {
    if (this.#open >= maxNegotiations) return negotiation.decline(`BUSY ${maxNegotiations} negotiations are open`)
    this.#open++
    const { node, epoch } = this.#parts
    const header = (): MedOffer['header'] => ({ node, epoch, sequence: this.#sequence++ })
    const bargain = new Bargain(negotiation, { ...this.#parts, keeper: this.keeper, header })
    const over = Promise.withResolvers<void>()
    let key: string | undefined
    try {
      await bargain.run(async ({ planId }) => {
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
    const stop = this.#parts.clock.after(overtaking, waited.resolve)
    await Promise.race([before, waited.promise])
    stop()
  }

  /** A controller that asks for the same again and again is told of once. What it wrote reaches no terminal as controls. */
  #report(line: string, report: (line: string) => void): void {
    if (line !== this.#said) report(line.replaceAll(/\p{C}/gu, '?'))
    this.#said = line
  }
}
