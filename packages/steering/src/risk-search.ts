/**
 * Greedy local search for the assignment with the least expected cost of the next step: again and again the one change of a
 * prefix's link that lowers it most, until none lowers it. Time grows with prefixes × links × changes.
 * @module
 */
import { costWeights } from './cost.ts'
import { expectedLinkCost, type LinkOutlook, type RiskConstants } from './risk.ts'
import type { Border } from './search.ts'

export interface RiskTerms extends RiskConstants {
  /** Expected load of each prefix and its variance. Those of 0 are never moved. */
  readonly mean: Float64Array
  readonly variance: Float64Array
  readonly outlooks: readonly LinkOutlook[]
  /** What it costs to have each prefix away from its present link, at least 0. */
  readonly price: Float64Array
  /** Most prefixes that may leave their present link. */
  readonly moveLimit: number
}

/** A smaller gain is not worth a change: it is within rounding. */
const leastGain = 1e-9
/** Changes that are tried, some of which may take back others. */
const rounds = 40
/** Keeps shares finite where there is no traffic. */
const noTraffic = 1e-9

interface State {
  readonly wish: Int32Array
  /** Of each link. */
  readonly mean: Float64Array
  readonly variance: Float64Array
  /** Expected cost of each link, times the whole traffic. */
  readonly cost: Float64Array
  readonly total: number
  /** Prefixes away from their present link. */
  moved: number
}

/** The wished link of each prefix. A prefix that does not comply keeps its present one. */
export function searchByRisk(border: Border, terms: RiskTerms): Int32Array {
  const { links, assignment } = border
  const nearest = nearestOf(border)
  const state = stateOf(border, terms)
  for (let round = 0; round < rounds; round++) {
    const change = bestChange(border, terms, state, nearest)
    if (change < 0) break
    const prefix = Math.floor(change / links)
    const to = change - prefix * links
    const from = state.wish[prefix]!
    if (from === assignment[prefix]) state.moved++
    if (to === assignment[prefix]) state.moved--
    state.wish[prefix] = to
    shift(terms, state, prefix, from, -1)
    shift(terms, state, prefix, to, 1)
  }
  return state.wish
}

function stateOf({ prefixes, links, assignment }: Border, terms: RiskTerms): State {
  const mean = new Float64Array(links)
  const variance = new Float64Array(links)
  let total = noTraffic
  for (let prefix = 0; prefix < prefixes; prefix++) {
    mean[assignment[prefix]!]! += terms.mean[prefix]!
    variance[assignment[prefix]!]! += terms.variance[prefix]!
    total += terms.mean[prefix]!
  }
  const cost = mean.map((load, link) => expectedLinkCost(load, variance[link]!, terms.outlooks[link]!, terms))
  return { wish: Int32Array.from(assignment), mean, variance, cost, total, moved: 0 }
}

function shift(terms: RiskTerms, state: State, prefix: number, link: number, sign: 1 | -1): void {
  state.mean[link]! += sign * terms.mean[prefix]!
  state.variance[link]! += sign * terms.variance[prefix]!
  state.cost[link] = expectedLinkCost(state.mean[link]!, state.variance[link]!, terms.outlooks[link]!, terms)
}

/** By how much the cost of a link grows with a prefix more or less. */
function growth(terms: RiskTerms, state: State, prefix: number, link: number, sign: 1 | -1): number {
  const mean = state.mean[link]! + sign * terms.mean[prefix]!
  const variance = state.variance[link]! + sign * terms.variance[prefix]!
  return expectedLinkCost(mean, variance, terms.outlooks[link]!, terms) - state.cost[link]!
}

/** The best change as prefix × links + link, or -1. */
function bestChange(border: Border, terms: RiskTerms, state: State, nearest: Float64Array): number {
  const { prefixes, links, delay, assignment, complies } = border
  const { wish, cost, total, moved } = state
  let best = -leastGain
  let change = -1
  for (let prefix = 0; prefix < prefixes; prefix++) {
    const load = terms.mean[prefix]!
    const from = wish[prefix]!
    const stays = from === assignment[prefix]
    if (complies[prefix] === 0 || load <= 0 || (stays && moved >= terms.moveLimit)) continue
    const share = (load / total) * costWeights.delay
    const price = terms.price[prefix]!
    // Most prefixes cannot gain as much as the best one, whatever their link: these bounds save nine tenths of the time.
    const bound = share * (nearest[prefix]! - delay[prefix * links + from]!) + (stays ? price : -price)
    if (bound - cost[from]! / total >= best) continue
    const left = growth(terms, state, prefix, from, -1) / total
    if (bound + left >= best) continue
    for (let to = 0; to < links; to++) {
      if (to === from) continue
      const charge = stays ? price : to === assignment[prefix] ? -price : 0
      const farther = share * (delay[prefix * links + to]! - delay[prefix * links + from]!)
      if (left + farther + charge >= best) continue
      const gain = left + farther + charge + growth(terms, state, prefix, to, 1) / total
      if (gain >= best) continue
      best = gain
      change = prefix * links + to
    }
  }
  return change
}

/** The least delay of each prefix. */
function nearestOf({ prefixes, links, delay }: Border): Float64Array {
  return Float64Array.from({ length: prefixes }, (_, prefix) =>
    Math.min(...delay.subarray(prefix * links, (prefix + 1) * links)),
  )
}
