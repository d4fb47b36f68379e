/** Local search on the estimated loads of the step. @module */
import { moveBudget, type Policy } from '../observation.ts'
import { search, uncensored } from '../search.ts'

export interface SearchConstants {
  /** Share of each link's capacity from which on load costs, above 0 up to 1. */
  readonly threshold: number
  /** Of a move, in the unit of the cost of a step. */
  readonly price: number
  /** What the loads of prefixes on saturated links are multiplied by, at least 1. */
  readonly factor: number
}

export const createSearchPolicy = ({ threshold, price, factor }: SearchConstants): Policy => ({
  decide: (seen) =>
    search(seen, {
      demand: uncensored(seen, new Float64Array(seen.links).fill(factor)),
      capacity: seen.capacity,
      threshold: new Float64Array(seen.links).fill(threshold),
      price: new Float64Array(seen.prefixes).fill(price),
      moveLimit: moveBudget,
    }),
})
