/** A condition variable: waits for the next time something happens. @module */

export class Condition {
  /** Defined only while someone waits. */
  #waiting: Set<() => void> | undefined

  get isAwaited(): boolean {
    return this.#waiting !== undefined
  }

  notify(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    for (const go of waiting ?? []) go()
  }

  /** Fulfilled at the next `notify`. */
  next(): Promise<void> {
    return new Promise((resolve) => (this.#waiting ??= new Set()).add(resolve))
  }

  /** Fulfilled at the next `notify`, after `milliseconds`, or on `signal`; then all of it is cleaned up. */
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
