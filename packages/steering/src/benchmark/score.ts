/** How runs compare. @module */

/** Share of the way from the rule to the oracle: 0 as the rule, 1 as the oracle, negative when worse than the rule. */
export function gapClosed(cost: number, rule: number, oracle: number): number {
  return (rule - cost) / (rule - oracle)
}

/** Of the same seeds: worlds differ more from each other than policies do. */
export interface Comparison {
  readonly seeds: number
  /** Seeds on which ours costs less. */
  readonly wins: number
  /** By how much ours costs less, in the mean; and the standard error of that. */
  readonly gain: number
  readonly error: number
}

/** @throws {RangeError} unless both are of the same seeds, at least one */
export function compare(ours: readonly number[], theirs: readonly number[]): Comparison {
  const seeds = ours.length
  if (seeds === 0 || theirs.length !== seeds)
    throw new RangeError(`costs must be of the same seeds, got ${seeds} and ${theirs.length}`)
  const gains = ours.map((cost, seed) => theirs[seed]! - cost)
  const gain = gains.reduce((sum, each) => sum + each) / seeds
  const squares = gains.reduce((sum, each) => sum + (each - gain) ** 2, 0)
  return {
    seeds,
    wins: gains.filter((each) => each > 0).length,
    gain,
    error: seeds > 1 ? Math.sqrt(squares / seeds / (seeds - 1)) : Number.NaN,
  }
}

/** The highest ratio of a day's cost to that of another policy in the same world; a day that is cut off counts, too. */
export function worstDay(costs: Float64Array, others: Float64Array, stepsPerDay: number): number {
  const sum = (values: Float64Array): number => values.reduce((total, each) => total + each, 0)
  let worst = 0
  for (let from = 0; from < costs.length; from += stepsPerDay)
    worst = Math.max(
      worst,
      sum(costs.subarray(from, from + stepsPerDay)) / sum(others.subarray(from, from + stepsPerDay)),
    )
  return worst
}
