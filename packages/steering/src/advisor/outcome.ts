/**
 * What the loads of links were while a proposal was open or taken, beside what they would have been with the other choice:
 * the same traffic of the moved prefixes, at each step as it was measured, over the other link.
 * @module
 */
import type { Demand } from './demand.ts'
import type { Move, Outcome } from './finding.ts'

/**
 * What each move shifts now, bits per second: what enters over the link that the other choice takes it from. Without any
 * prefixes in the reading that is what it was before.
 */
export function shiftedRates(
  names: readonly string[],
  demand: Demand,
  moves: readonly Move[],
  end: 'from' | 'to',
  before: readonly number[],
): readonly number[] {
  if (demand.byPrefix.size === 0) return before
  return moves.map((move) => demand.byPrefix.get(move.prefix)?.rates[names.indexOf(move[end])] ?? 0)
}

/** Loads with the other choice: `rates` shifted from one `end` of the moves to the other; null where the load is not known. */
export function otherLoads(
  names: readonly string[],
  loads: readonly (number | null)[],
  moves: readonly Move[],
  end: 'from' | 'to',
  rates: readonly number[],
): readonly (number | null)[] {
  const shift = new Float64Array(names.length)
  for (const [at, move] of moves.entries()) {
    shift[names.indexOf(move.from)]! += end === 'from' ? -rates[at]! : rates[at]!
    shift[names.indexOf(move.to)]! += end === 'from' ? rates[at]! : -rates[at]!
  }
  return loads.map((load, link) => (load === null ? null : Math.max(0, load + shift[link]!)))
}

/** One step more. Links of which nothing is known in a step count neither as above the threshold nor for the peak. */
export function outcomeWith(
  outcome: Outcome | null,
  names: readonly string[],
  loads: readonly (number | null)[],
  others: readonly (number | null)[],
  thresholds: readonly number[],
): Outcome {
  const links = names.map((link, at) => {
    const { peak, otherPeak, above, otherAbove } = outcome?.links[at] ?? {
      peak: 0,
      otherPeak: 0,
      above: 0,
      otherAbove: 0,
    }
    const load = loads[at] ?? 0
    const other = others[at] ?? 0
    return {
      link,
      peak: Math.max(peak, load),
      otherPeak: Math.max(otherPeak, other),
      above: above + (loads[at] != null && load >= thresholds[at]! ? 1 : 0),
      otherAbove: otherAbove + (others[at] != null && other >= thresholds[at]! ? 1 : 0),
    }
  })
  return { steps: (outcome?.steps ?? 0) + 1, links }
}
