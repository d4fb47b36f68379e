/** Time that passes only when a test says so. @module */
import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../src/clock.ts'

export class VirtualClock implements Clock {
  #now = 1_700_000_000_000
  readonly #due = new Set<{ readonly at: number; readonly work: () => void }>()

  readonly now = (): number => this.#now

  readonly after = (ms: number, work: () => void): (() => void) => {
    const timer = { at: this.#now + ms, work }
    this.#due.add(timer)
    return () => void this.#due.delete(timer)
  }

  readonly sleep = (ms: number): Promise<void> => new Promise((resolve) => void this.after(ms, resolve))

  /** Everything that is due meanwhile happens in its order, and what follows from it. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      await turn()
      const [next] = [...this.#due].toSorted((one, other) => one.at - other.at)
      if (next === undefined || next.at > end) break
      this.#due.delete(next)
      this.#now = next.at
      next.work()
    }
    this.#now = end
    await turn()
  }
}
