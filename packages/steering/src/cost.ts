/**
 * What a step at a border costs. All terms but moves are shares of the traffic x of that step, with y the load of a link
 * and c its capacity:
 *
 *   100·Σ(y - c)⁺/Σx + 10·Σ(y - .8c)⁺/Σx + Σ x·delay/Σx + .01·moves + .02·flaps
 *
 * The weights are a choice, so whoever reports a cost reports its parts, too.
 * @module
 */

export const costWeights = { drop: 100, hot: 10, delay: 1, move: 0.01, flap: 0.02 } as const

/** Share of its capacity above which a link is hot. */
export const hotLevel = 0.8

/** Cost of `load` on one link, times the whole traffic: `full` is where traffic is lost from, `hot` where heat begins. */
export function linkCost(load: number, full: number, hot: number): number {
  return costWeights.drop * Math.max(0, load - full) + costWeights.hot * Math.max(0, load - hot)
}
