/** Local search that knows what it costs to move a prefix again so soon. @module */
import { costWeights } from '../cost.ts'
import { flapSteps, moveBudget, type Observation, type Policy } from '../observation.ts'
import { search, uncensored } from '../search.ts'
import type { SearchConstants } from './search-policy.ts'

/** Set by hand; no traffic was looked at. */
export const handSetConstants: SearchConstants = { threshold: 0.797425, price: 0.0100518, factor: 1.195163 }

const flapFactor = 1 + costWeights.flap / costWeights.move

export const createFlapAware = ({ threshold, price, factor }: SearchConstants): Policy => ({
  decide: (seen) =>
    search(seen, {
      demand: uncensored(seen, new Float64Array(seen.links).fill(factor)),
      capacity: seen.capacity,
      threshold: new Float64Array(seen.links).fill(threshold),
      price: flapPrices(seen, price),
      moveLimit: moveBudget,
    }),
})

/** The price of a move of each prefix, with that of a flap where the move would be one. */
function flapPrices({ prefixes, lastMove, step }: Observation, price: number): Float64Array {
  const prices = new Float64Array(prefixes)
  for (let prefix = 0; prefix < prefixes; prefix++)
    prices[prefix] = step - lastMove[prefix]! < flapSteps ? price * flapFactor : price
  return prices
}
