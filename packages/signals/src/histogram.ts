/** Counts values by upper bounds, as Prometheus shows them. @module */

export interface Bucketed {
  /** How many were at most `bound`, by bound, in rising order; the last bound is infinite. */
  readonly buckets: readonly { readonly bound: number; readonly count: number }[]
  readonly sum: number
}

export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  /** @param bounds in rising order, without infinity */
  constructor(bounds: readonly number[]) {
    this.#bounds = [...bounds, Infinity]
    this.#counts = this.#bounds.map(() => 0)
  }

  add(value: number): void {
    const at = this.#bounds.findIndex((bound) => value <= bound)
    if (at < 0) return // no number
    this.#counts[at]!++
    this.#sum += value
  }

  get value(): Bucketed {
    let count = 0
    return {
      buckets: this.#bounds.map((bound, at) => ({ bound, count: (count += this.#counts[at]!) })),
      sum: this.#sum,
    }
  }
}
