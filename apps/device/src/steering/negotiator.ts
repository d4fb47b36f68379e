/** Answers the negotiations of one controller, each by itself; those of one plan one after the other. @module */
import { type LeaseConfig, type MedBounds, type MedOffer } from '@vagus/grasp/objectives'
import type { Clock } from '../clock.ts'
import type { Responder } from '../leases/responder.ts'
import { PlanTurns } from '../plan-turns.ts'
import type { Tracer } from '@vagus/observability'
import type { IntentDesk } from '../intents/intent-desk.ts'
import { Bargain } from './bargain.ts'
import { type Actuations, LeaseKeeper } from './lease-keeper.ts'

export interface NegotiatorParts {
  /** Name of the device. */
  readonly node: string
  /** Grows with each start of this program. */
  readonly epoch: number
  /** Id of the controller's agent: nobody else gets here. */
  readonly from: string
  readonly bounds: MedBounds
  /** Of the operator of the domain; undefined: this device obeys none. */
  readonly intents?: Pick<IntentDesk, 'medRefusal' | 'moved'>
  readonly actuations: Actuations
  readonly clock: Clock
  readonly config: LeaseConfig
  readonly report: (line: string) => void
  readonly tracer?: Tracer | undefined
}

export class Negotiator {
  readonly keeper: LeaseKeeper
  readonly #parts: NegotiatorParts
  #sequence = 0
  readonly #turns: PlanTurns
  #said = ''

  constructor(parts: NegotiatorParts) {
    this.#parts = { ...parts, report: (line) => this.#report(line, parts.report) }
    const { intents } = parts
    this.keeper = new LeaseKeeper({ ...this.#parts, ...(intents && { begun: () => intents.moved() }) })
    this.#turns = new PlanTurns(parts.clock)
  }

  /** Until it is over. Never rejects. */
  async take(negotiation: Responder<MedOffer>): Promise<void> {
    const { node, epoch } = this.#parts
    const header = (): MedOffer['header'] => ({ node, epoch, sequence: this.#sequence++ })
    const bargain = new Bargain(negotiation, { ...this.#parts, keeper: this.keeper, header })
    await this.#turns.take(negotiation, (before) => bargain.run(before))
  }

  /** A controller that asks for the same again and again is told of once. What it wrote reaches no terminal as controls. */
  #report(line: string, report: (line: string) => void): void {
    if (line !== this.#said) report(line.replaceAll(/\p{C}/gu, '?'))
    this.#said = line
  }
}
