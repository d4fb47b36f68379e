/**
 * The policy that searches with forecasts: the assignment whose expected cost in the next step is least, over what each
 * prefix may carry then and what each link may lose.
 * @module
 */
import { DemandForecast, type DemandConstants } from '../forecast/demand.ts'
import { flapSteps, moveBudget, type Observation, type Policy } from '../observation.ts'
import type { LinkOutlook, RiskConstants } from '../risk.ts'
import { searchByRisk } from '../risk-search.ts'

export interface ExpectedCostConstants extends DemandConstants, RiskConstants {
  /** Of a move, in the unit of the cost of a step: what it costs over the steps for which it pays back. */
  readonly price: number
  /** Of a move that flaps, in moves. */
  readonly flapPrice: number
}

/**
 * Set by hand, step by step, on training days only: Abilene days 1-3 (seeds 101-124; κ 1.05, 1.15, 1.3), GEANT days 1-28
 * (seeds 101-112, week by week). On these J moves by less than a fiftieth when one of them is changed by a third.
 */
export const expectedCostConstants: ExpectedCostConstants = {
  kept: 0.8,
  baseRate: 0.03,
  errorRate: 0.08,
  usual: 0.7,
  burst: 0.15,
  common: 0.03,
  halvings: 0.5,
  price: 0.005,
  flapPrice: 2.5,
}

/** A link that has less than this share of the most that it ever had has lost some capacity. */
const usualShare = 0.75

/** One for each border: it remembers loads, their errors, and the most capacity of each link. */
export function createExpectedCostPolicy(constants: ExpectedCostConstants = expectedCostConstants): Policy {
  let forecast: DemandForecast | undefined
  let most: Float64Array | undefined
  return {
    decide(seen) {
      forecast ??= new DemandForecast(seen.prefixes, constants)
      most ??= new Float64Array(seen.links)
      forecast.learn(seen)
      return searchByRisk(seen, {
        ...constants,
        mean: forecast.mean,
        variance: forecast.variance,
        outlooks: outlooksOf(seen, most),
        price: pricesOf(seen, constants),
        moveLimit: moveBudget,
      })
    },
  }
}

function outlooksOf({ capacity, stepsPerDay }: Observation, most: Float64Array): LinkOutlook[] {
  return Array.from(capacity, (own, link) => {
    const highest = Math.max(most[link]!, own)
    most[link] = highest
    return { capacity: own, losable: own > usualShare * highest ? 1 / stepsPerDay : 0 }
  })
}

function pricesOf({ lastMove, step }: Observation, { price, flapPrice }: ExpectedCostConstants): Float64Array {
  return Float64Array.from(lastMove, (last) => (step - last < flapSteps ? price * flapPrice : price))
}
