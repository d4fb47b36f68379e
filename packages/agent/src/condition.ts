/** A condition variable: something that happens again and again, and those who wait for the next time. @module */

export class Condition {
  /** There while there are some. */
  #waiting: Set<() => void> | undefined

  notify(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    for (const go of waiting ?? []) go()
  }

  /** Fulfilled at the next `notify`. */
  next(): Promise<void> {
    return new Promise((resolve) => (this.#waiting ??= new Set()).add(resolve))
  }

  /** Fulfilled at the next `notify`, after `milliseconds`, or with `signal`; then nothing of it is left. */
  within(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        this.#waiting?.delete(done)
        resolve()
      }
      const timer = setTimeout(done, milliseconds)
      ;(this.#waiting ??= new Set()).add(done)
      signal.addEventListener('abort', done)
      if (signal.aborted) done()
    })
  }
}
