/**
 * Packets of a path come from another route: a NAT forgot its mapping, or somebody copies packets and is faster (RFC
 * 9000 §9.3). The new route is believed when it answers a challenge while the old one stays silent; as long as the old
 * one is heard, nothing moves, and till then the new one gets no more than three times what it sent.
 * @module
 */
import type { Route } from './route.ts'
import { Validation } from './validation.ts'

export class Rebinding {
  readonly route: Route
  readonly validation = new Validation()
  readonly #since: number

  constructor(route: Route, now: number) {
    this.route = route
    this.#since = now
    this.validation.start(now)
  }

  /** `patience`: how long the old route may take for an answer, milliseconds. */
  verdict(now: number, patience: number): 'wait' | 'move' | 'stay' {
    if (this.validation.isGivenUp(now)) return 'stay'
    return this.validation.isProven && now >= this.verdictAt(patience) ? 'move' : 'wait'
  }

  verdictAt(patience: number): number {
    return this.#since + patience
  }
}
