/** Counts and times what agents are asked of MEDs. @module */
import { type NegotiationFigures, NegotiationTimes } from '../../negotiation/negotiation-times.ts'
import type { MedAnswer, MedAsker, MedPlace, Prepared } from './med-asker.ts'

export class TimedAsker implements MedAsker {
  readonly #asker: MedAsker
  readonly #times: NegotiationTimes

  /** @param clock milliseconds that only grow */
  constructor(asker: MedAsker, clock: () => number) {
    this.#asker = asker
    this.#times = new NegotiationTimes(clock)
  }

  get figures(): NegotiationFigures {
    return this.#times.figures
  }

  connectedSince(agent: string): number | undefined {
    return this.#asker.connectedSince(agent)
  }

  look(place: MedPlace): ReturnType<MedAsker['look']> {
    return this.#times.timed(() => this.#asker.look(place))
  }

  dryRun(place: MedPlace, med: number): Promise<MedAnswer> {
    return this.#times.timed(() => this.#asker.dryRun(place, med))
  }

  prepare(place: MedPlace, med: number): Promise<Prepared> {
    return this.#times.timed(() => this.#asker.prepare(place, med))
  }

  confirm(place: MedPlace, agreed: Pick<MedAnswer, 'med' | 'epoch'>): ReturnType<MedAsker['confirm']> {
    return this.#times.timed(() => this.#asker.confirm(place, agreed))
  }

  release(place: MedPlace): Promise<void> {
    return this.#times.timed(() => this.#asker.release(place))
  }
}
