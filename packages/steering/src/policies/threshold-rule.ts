/**
 * The rule of two thresholds that an operator would write down: unload a link above the high one, and bring prefixes home
 * while their preferred link stays below the low one. The distance between the two keeps prefixes from going to and fro.
 * @module
 */
import { moveBudget, type Observation, type Policy } from '../observation.ts'
import { hottestFirst } from './hottest-first.ts'

/** Shares of each link's capacity; `low` is below `high`. */
export interface Thresholds {
  readonly high: number
  readonly low: number
}

/** What a move may cost in delay against what it relieves: 1 is all that the link has too much. */
const delayWeight = 0.3

interface State {
  readonly wish: Int32Array
  /** Of each link, after the moves of this step. */
  readonly load: Float64Array
  moves: number
}

export const createThresholdRule = ({ high, low }: Thresholds): Policy => ({
  decide(seen) {
    const { links, capacity, estimate } = seen
    const state: State = { wish: Int32Array.from(seen.assignment), load: Float64Array.from(seen.load), moves: 0 }
    const limit = capacity.map((each) => high * each)
    for (const link of hottestFirst(state.load, capacity)) {
      while (state.load[link]! > limit[link]! && state.moves < moveBudget) {
        const move = bestMove(seen, state, link, limit)
        if (move < 0) break
        const prefix = Math.floor(move / links)
        put(state, prefix, move - prefix * links, estimate[prefix]!)
      }
    }
    bringHome(seen, state, low)
    return state.wish
  },
})

function put(state: State, prefix: number, to: number, own: number): void {
  state.load[state.wish[prefix]!]! -= own
  state.load[to]! += own
  state.wish[prefix] = to
  state.moves++
}

/** The move off `link` that relieves it most for its delay, as prefix × links + link, or -1. None fills its target. */
function bestMove(seen: Observation, { wish, load }: State, link: number, limit: Float64Array): number {
  const { prefixes, links, delay, complies, estimate } = seen
  const need = load[link]! - limit[link]!
  let best = Number.NEGATIVE_INFINITY
  let move = -1
  for (let prefix = 0; prefix < prefixes; prefix++) {
    const own = estimate[prefix]!
    if (wish[prefix] !== link || complies[prefix] === 0 || own <= 0) continue
    for (let to = 0; to < links; to++) {
      if (to === link || load[to]! + own > limit[to]!) continue
      const farther = delay[prefix * links + to]! - delay[prefix * links + link]!
      const worth = Math.min(own, need) / need - delayWeight * farther
      if (worth <= best) continue
      best = worth
      move = prefix * links + to
    }
  }
  return move
}

function bringHome(seen: Observation, state: State, low: number): void {
  const { prefixes, preferred, assignment, complies, estimate, capacity } = seen
  for (let prefix = 0; prefix < prefixes && state.moves < moveBudget; prefix++) {
    const home = preferred[prefix]!
    const own = estimate[prefix]!
    const touched = state.wish[prefix] !== assignment[prefix]
    if (state.wish[prefix] === home || touched || complies[prefix] === 0 || own <= 0) continue
    if (state.load[home]! + own < low * capacity[home]!) put(state, prefix, home, own)
  }
}
