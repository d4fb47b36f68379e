/**
 * What one side reports to the other until it is acknowledged. A signal is a fact, not octets: when it is sent again,
 * it is sent with its current value (RFC 9000 §13.3).
 * @module
 */

export interface Signal {
  readonly type: 'max-data' | 'max-stream-data' | 'max-streams' | 'reset' | 'stop' | 'status' | 'path-close' | 'intent'
  /** A stream or a path; 0 if neither applies. */
  readonly about: number
}

/** Facts waiting to be sent, each once. */
export class Signals {
  /** Defined only while there are some. */
  #waiting: Map<string, Signal> | undefined

  get size(): number {
    return this.#waiting?.size ?? 0
  }

  add(signal: Signal): void {
    ;(this.#waiting ??= new Map()).set(`${signal.type} ${signal.about}`, signal)
  }

  [Symbol.iterator](): Iterator<Signal> {
    return this.#waiting?.values() ?? [].values()
  }

  sent(signal: Signal): void {
    this.#waiting?.delete(`${signal.type} ${signal.about}`)
    if (this.#waiting?.size === 0) this.#waiting = undefined
  }
}
