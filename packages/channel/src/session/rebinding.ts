/**
 * Packets of a path come from a new route: a NAT lost its mapping, or an attacker copies packets and is faster (RFC
 * 9000 §9.3). The new route is accepted when it answers a challenge while the old one stays silent. While the old one
 * is heard, nothing moves, and until then the new one gets at most three times what it sent.
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

  /** @param patience how long the old route may take for an answer, milliseconds */
  verdict(now: number, patience: number): 'wait' | 'move' | 'stay' {
    if (this.validation.isGivenUp(now)) return 'stay'
    return this.validation.isProven && now >= this.verdictAt(patience) ? 'move' : 'wait'
  }

  verdictAt(patience: number): number {
    return this.#since + patience
  }
}
