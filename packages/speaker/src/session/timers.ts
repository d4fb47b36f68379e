/**
 * Timers by name, made so that setting one that runs costs next to nothing: a hold timer is set again with every message.
 * A timer that was put off wakes at its old time and goes to sleep again.
 * @module
 */

interface Running {
  deadline: number
  handle: NodeJS.Timeout
  wakes: number
}

export class Timers<Name extends string> {
  readonly #onTimer: (name: Name) => void
  readonly #running = new Map<Name, Running>()

  constructor(onTimer: (name: Name) => void) {
    this.#onTimer = onTimer
  }

  /** Milliseconds from now; a timer that runs is set again. */
  set(name: Name, after: number): void {
    const deadline = performance.now() + after
    const running = this.#running.get(name)
    if (running !== undefined && running.wakes <= deadline) {
      running.deadline = deadline
      return
    }
    if (running !== undefined) clearTimeout(running.handle)
    this.#running.set(name, { deadline, wakes: deadline, handle: this.#arm(name, after) })
  }

  clear(name: Name): void {
    const running = this.#running.get(name)
    if (running === undefined) return
    clearTimeout(running.handle)
    this.#running.delete(name)
  }

  clearAll(): void {
    for (const name of this.#running.keys()) this.clear(name)
  }

  #arm(name: Name, after: number): NodeJS.Timeout {
    return setTimeout(() => this.#wake(name), Math.ceil(after))
  }

  #wake(name: Name): void {
    const running = this.#running.get(name)!
    const left = running.deadline - performance.now()
    if (left > 1) {
      running.wakes = running.deadline
      running.handle = this.#arm(name, left)
      return
    }
    this.#running.delete(name)
    this.#onTimer(name)
  }
}
