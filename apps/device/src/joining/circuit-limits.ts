/** How many circuits a join proxy holds, for whom, and how fast they are: newcomers are strangers (RFC 8995 §4.1). @module */

export const circuitLimits = {
  /** Circuits at once, on all interfaces; more are refused. A newcomer needs one for some seconds, or minutes while it waits. */
  count: 64,
  /** Of one link-local address; more are refused. */
  perSource: 4,
  /** Octets a second of a circuit, each way; beyond that the sender is read no faster. A join takes about 30 KB. */
  rate: 65_536,
  /** Octets at once before the rate holds. */
  burst: 131_072,
  /** Milliseconds without an octet either way; then it is closed. Pledges wait up to 60 s on one connection. */
  idleMs: 90_000,
  /** Milliseconds of a circuit in all; then it is closed, and whoever needs more connects again. */
  lifeMs: 900_000,
} as const

export type CircuitRefusal = 'too many circuits' | 'too many circuits of one newcomer'

/** The circuits that there are, by source. */
export class CircuitCount {
  readonly #bySource = new Map<string, number>()
  #all = 0

  get all(): number {
    return this.#all
  }

  /** Undefined when it is admitted; `leave` must follow then. */
  enter(source: string): CircuitRefusal | undefined {
    const its = this.#bySource.get(source) ?? 0
    if (its >= circuitLimits.perSource) return 'too many circuits of one newcomer'
    if (this.#all >= circuitLimits.count) return 'too many circuits'
    this.#bySource.set(source, its + 1)
    this.#all++
    return undefined
  }

  leave(source: string): void {
    const its = (this.#bySource.get(source) ?? 0) - 1
    if (its > 0) this.#bySource.set(source, its)
    else this.#bySource.delete(source)
    this.#all--
  }
}

/** A token bucket over octets. Times in milliseconds of one steady clock. */
export class Pace {
  #octets: number = circuitLimits.burst
  #at: number

  constructor(now: number) {
    this.#at = now
  }

  /** Milliseconds to wait after so many octets before the next are read. */
  waitAfter(octets: number, now: number): number {
    const { rate, burst } = circuitLimits
    this.#octets = Math.min(burst, this.#octets + ((now - this.#at) / 1000) * rate) - octets
    this.#at = now
    return this.#octets >= 0 ? 0 : (-this.#octets / rate) * 1000
  }
}
