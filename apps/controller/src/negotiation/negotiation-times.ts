/** Counts what agents are asked, and times it. @module */

export interface NegotiationFigures {
  /** To which an agent agreed, and which ended otherwise, since the start. */
  readonly agreed: number
  readonly failed: number
  /** Milliseconds of the last ones, shortest first; how long a prepared one is held does not count. */
  readonly took: readonly number[]
}

/** Negotiations whose times are kept: many approvals. */
const maxTimes = 256

export class NegotiationTimes {
  /** Milliseconds that only grow. */
  readonly #clock: () => number
  readonly #took: number[] = []
  #agreed = 0
  #failed = 0

  constructor(clock: () => number) {
    this.#clock = clock
  }

  get figures(): NegotiationFigures {
    return { agreed: this.#agreed, failed: this.#failed, took: this.#took.toSorted((one, other) => one - other) }
  }

  async timed<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
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
