/** Counts what agents are asked, and times it. @module */
import type { MedAnswer, MedAsker, MedPlace, Prepared } from './med-asker.ts'

export interface NegotiationFigures {
  /** To which an agent agreed, and which ended otherwise, since the start. */
  readonly agreed: number
  readonly failed: number
  /** Milliseconds of the last ones, shortest first; how long a prepared one is held does not count. */
  readonly took: readonly number[]
}

/** Negotiations whose times are kept: many approvals. */
const maxTimes = 256

export class TimedAsker implements MedAsker {
  readonly #asker: MedAsker
  /** Milliseconds that only grow. */
  readonly #clock: () => number
  readonly #took: number[] = []
  #agreed = 0
  #failed = 0

  constructor(asker: MedAsker, clock: () => number) {
    this.#asker = asker
    this.#clock = clock
  }

  get figures(): NegotiationFigures {
    return { agreed: this.#agreed, failed: this.#failed, took: this.#took.toSorted((one, other) => one - other) }
  }

  connectedSince(agent: string): number | undefined {
    return this.#asker.connectedSince(agent)
  }

  look(place: MedPlace): ReturnType<MedAsker['look']> {
    return this.#timed(() => this.#asker.look(place))
  }

  dryRun(place: MedPlace, med: number): Promise<MedAnswer> {
    return this.#timed(() => this.#asker.dryRun(place, med))
  }

  prepare(place: MedPlace, med: number): Promise<Prepared> {
    return this.#timed(() => this.#asker.prepare(place, med))
  }

  confirm(place: MedPlace, agreed: Pick<MedAnswer, 'med' | 'epoch'>): ReturnType<MedAsker['confirm']> {
    return this.#timed(() => this.#asker.confirm(place, agreed))
  }

  release(place: MedPlace): Promise<void> {
    return this.#timed(() => this.#asker.release(place))
  }

  async #timed<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const began = this.#clock()
    try {
      const answer = await ask()
      this.#agreed++
      return answer
    } catch (error) {
      this.#failed++
      throw error
    } finally {
      this.#took.push(this.#clock() - began)
      if (this.#took.length > maxTimes) this.#took.shift()
    }
  }
}
