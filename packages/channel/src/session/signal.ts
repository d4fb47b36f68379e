/**
 * What one side tells the other until it is acknowledged: not octets that are sent again, but a fact. Whoever sends it
 * again sends what is true then (RFC 9000 §13.3).
 * @module
 */

export interface Signal {
  readonly type: 'max-data' | 'max-stream-data' | 'max-streams' | 'reset' | 'stop' | 'status' | 'path-close' | 'intent'
  /** A stream or a path; 0 where there is neither. */
  readonly about: number
}

/** Facts that wait to be sent, each once. */
export class Signals {
  readonly #waiting = new Map<string, Signal>()

  get size(): number {
    return this.#waiting.size
  }

  add(signal: Signal): void {
    this.#waiting.set(`${signal.type} ${signal.about}`, signal)
  }

  [Symbol.iterator](): Iterator<Signal> {
    return this.#waiting.values()
  }

  sent(signal: Signal): void {
    this.#waiting.delete(`${signal.type} ${signal.about}`)
  }
}
