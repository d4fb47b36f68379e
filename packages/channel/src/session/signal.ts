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

const codes = {
  'max-data': 0,
  'max-stream-data': 1,
  'max-streams': 2,
  reset: 3,
  stop: 4,
  status: 5,
  'path-close': 6,
  intent: 7,
} as const satisfies Readonly<Record<Signal['type'], number>>
const codeCount = 8

/** Exact, as no stream or path is numbered beyond 2^50. */
const keyOf = ({ type, about }: Signal): number => about * codeCount + codes[type]

/** Facts waiting to be sent, each once. */
export class Signals {
  /** By `keyOf`; defined only while there are some. */
  #waiting: Map<number, Signal> | undefined

  get size(): number {
    return this.#waiting?.size ?? 0
  }

  add(signal: Signal): void {
    ;(this.#waiting ??= new Map()).set(keyOf(signal), signal)
  }

  [Symbol.iterator](): Iterator<Signal> {
    return this.#waiting?.values() ?? [].values()
  }

  sent(signal: Signal): void {
    this.#waiting?.delete(keyOf(signal))
    if (this.#waiting?.size === 0) this.#waiting = undefined
  }
}
