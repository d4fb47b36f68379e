/** One thing at a time is done with each line, and what is in the midst is finished at the end. @module */

export class LineTurns {
  /** What is being done, by line; the next thing waits for it. */
  readonly #busy = new Map<string, Promise<unknown>>()
  readonly #running = new Set<Promise<unknown>>()

  isBusy(line: string): boolean {
    return this.#busy.has(line)
  }

  /** Once nothing else is being done with it; between that look and the work nobody else has a turn. */
  async alone<Answer>(line: string, work: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const busy = this.#busy.get(line)
      if (busy === undefined) return this.occupied(line, work())
      await busy.catch(() => undefined)
    }
  }

  /** With a line that is free. */
  async occupied<Answer>(line: string, work: Promise<Answer>): Promise<Answer> {
    this.#busy.set(line, work)
    try {
      return await this.noted(work)
    } finally {
      this.#busy.delete(line)
    }
  }

  /** `settled` waits for it. */
  async noted<Answer>(work: Promise<Answer>): Promise<Answer> {
    this.#running.add(work)
    try {
      return await work
    } finally {
      this.#running.delete(work)
    }
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#running)
  }
}
