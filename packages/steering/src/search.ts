/**
 * Greedy local search for an assignment that costs less: again and again the one change of a prefix's link that lowers
 * the estimated cost most, until none lowers it. The exact optimum of a step is no better by more than a thousandth.
 *
 *   link, load y, capacity c, threshold θ   100·(y - c·min(1, θ/.8))⁺ + 10·(y - θ·c)⁺, over the whole demand
 *   prefix                                  demand · delay, over the whole demand; its price unless it stays
 *
 * Time grows with prefixes × links × changes made.
 * @module
 */
import { costWeights, hotLevel, linkCost } from './cost.ts'
import type { Observation } from './observation.ts'

/** What is searched over; an `Observation` is one. */
export interface Border extends Pick<Observation, 'prefixes' | 'links' | 'delay' | 'assignment' | 'complies'> {
  /** At prefix × links + link, 1 where the prefix must not be moved to the link; absent: nowhere. */
  readonly barred?: Uint8Array
}

export interface SearchTerms {
  /** Expected load of each prefix. Those of 0 are never moved. */
  readonly demand: Float64Array
  /** Of each link, in the unit of the demand. */
  readonly capacity: Float64Array
  /** Share of the capacity of each link, above 0, from which on load costs; `hotLevel` costs as the benchmark does. */
  readonly threshold: Float64Array
  /** What it costs to have each prefix away from its present link, at least 0. */
  readonly price: Float64Array
  /** Most prefixes that may leave their present link. */
  readonly moveLimit: number
  /** Most changes, some of which may take back others. Where they do not suffice, what they gave is returned. */
  readonly rounds?: number
}

/** A smaller gain is not worth a change: it is within rounding. */
const leastGain = 1e-9
const usualRounds = 400
/** Keeps shares finite where there is no traffic. */
const noTraffic = 1e-9

/** What the search knows of the assignment that it has arrived at. */
interface State {
  /** Link of each prefix. */
  readonly wish: Int32Array
  /** Of each link. */
  readonly load: Float64Array
  readonly full: Float64Array
  readonly hot: Float64Array
  readonly total: number
  /** Prefixes away from their present link. */
  moved: number
}

/** The wished link of each prefix. A prefix that does not comply keeps its present one. */
export function search(border: Border, terms: SearchTerms): Int32Array {
  const { links, assignment } = border
  const { demand, moveLimit, rounds = usualRounds } = terms
  const state = stateOf(border, terms, assignment)
  const { wish, load } = state
  for (let round = 0; round < rounds; round++) {
    const change = bestChange(border, terms, state, state.moved < moveLimit ? 'all' : 'moved')
    if (change < 0) break
    const prefix = Math.floor(change / links)
    const to = change - prefix * links
    const from = wish[prefix]!
    const present = assignment[prefix]!
    if (from === present) state.moved++
    if (to === present) state.moved--
    load[from]! -= demand[prefix]!
    load[to]! += demand[prefix]!
    wish[prefix] = to
  }
  return wish
}

/** The cost that `search` lowers, of an assignment `wish` instead of the present one. */
export function searchCost(border: Border, terms: SearchTerms, wish: Int32Array): number {
  const { prefixes, links, delay, assignment } = border
  const { load, full, hot, total } = stateOf(border, terms, wish)
  let cost = 0
  for (let link = 0; link < links; link++) cost += linkCost(load[link]!, full[link]!, hot[link]!) / total
  for (let prefix = 0; prefix < prefixes; prefix++) {
    const link = wish[prefix]!
    cost += (terms.demand[prefix]! / total) * costWeights.delay * delay[prefix * links + link]!
    if (link !== assignment[prefix]) cost += terms.price[prefix]!
  }
  return cost
}

/**
 * The estimated load of each prefix, times the factor of its link where that is saturated: a full link hides what more
 * would be sent.
 */
export function uncensored(
  { prefixes, estimate, assignment, saturated }: Observation,
  factor: Float64Array,
): Float64Array {
  const demand = estimate.slice()
  for (let prefix = 0; prefix < prefixes; prefix++) {
    const link = assignment[prefix]!
    if (saturated[link] === 1) demand[prefix]! *= factor[link]!
  }
  return demand
}

function stateOf(
  { prefixes, links }: Border,
  { demand, capacity, threshold }: SearchTerms,
  assignment: Int32Array,
): State {
  const load = new Float64Array(links)
  let total = noTraffic
  for (let prefix = 0; prefix < prefixes; prefix++) {
    load[assignment[prefix]!]! += demand[prefix]!
    total += demand[prefix]!
  }
  const full = capacity.map((each, link) => each * Math.min(1, threshold[link]! / hotLevel))
  const hot = capacity.map((each, link) => threshold[link]! * each)
  return { wish: assignment.slice(), load, full, hot, total, moved: 0 }
}

/** The best change as prefix × links + link, or -1. With `moved`, prefixes that have not moved stay. */
function bestChange(border: Border, terms: SearchTerms, state: State, candidates: 'all' | 'moved'): number {
  const { prefixes, links, delay, assignment, complies, barred } = border
  const { demand, price } = terms
  const { wish, load, full, hot, total } = state
  let best = -leastGain
  let change = -1
  for (let prefix = 0; prefix < prefixes; prefix++) {
    const own = demand[prefix]!
    const from = wish[prefix]!
    const present = assignment[prefix]!
    if (complies[prefix] === 0 || own <= 0 || (from === present && candidates === 'moved')) continue
    const share = own / total
    const left = costAt(from, load[from]! - own) - costAt(from, load[from]!)
    for (let to = 0; to < links; to++) {
      if (to === from || barred?.[prefix * links + to] === 1) continue
      const charge = to === present ? -price[prefix]! : from === present ? price[prefix]! : 0
      const farther = share * costWeights.delay * (delay[prefix * links + to]! - delay[prefix * links + from]!)
      const gain = left + costAt(to, load[to]! + own) - costAt(to, load[to]!) + farther + charge
      if (gain < best) {
        best = gain
        change = prefix * links + to
      }
    }
  }
  return change

  function costAt(link: number, load: number): number {
    return linkCost(load, full[link]!, hot[link]!) / total
  }
}
