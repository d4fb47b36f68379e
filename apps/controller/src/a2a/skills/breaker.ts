/** A circuit breaker: what failed several times in a row is left alone for a while, and the caller is told at once. Pure. @module */

/** Failures in a row. */
const opensAfter = 3
/** Milliseconds for which it is open; then one try decides. */
const restMs = 30_000

export class Breaker {
  #failures = 0
  #openUntil = 0

  /** Milliseconds until there is a try again; 0: there may be one. @param now milliseconds that only grow */
  wait(now: number): number {
    return this.#failures < opensAfter ? 0 : Math.max(0, this.#openUntil - now)
  }

  succeeded(): void {
    this.#failures = 0
  }

  failed(now: number): void {
    this.#failures++
    if (this.#failures >= opensAfter) this.#openUntil = now + restMs
  }
}
