/**
 * Fits a matrix to what was measured of its sums: MART, the multiplicative algebraic reconstruction technique. It ends near
 * the matrix that of all those with these sums is closest to the prior in relative entropy, and never below 0. Y. Vardi,
 * "Network tomography", 1996; Y. Zhang et al., "An information-theoretic approach to traffic matrix estimation", 2003.
 * @module
 */
import type { Share } from './routing.ts'

/** What the cells, each by its part, add up to. */
export interface MeasuredSum extends Share {
  /** In the unit of the cells; not below 0. */
  readonly rate: number
  /** The same for what is measured at the same place, in every reading; absent: nothing is learned of it. */
  readonly name?: string | undefined
}

/** What is known of single cells. */
export interface CellBounds {
  /** 1: the prior of this cell is its true value. */
  readonly isKnown: Uint8Array
  readonly floor: Float64Array
  /** Infinity where nothing is known. */
  readonly ceiling: Float64Array
}

/** After so many the error of measured matrices falls no more: by less than a hundredth to three times as many. */
const passes = 20
/** One sum changes a cell by no more than this factor in a pass: sums of different seconds contradict one another. */
const mostFactor = 10

/** A new matrix. `prior` is not changed; cells that it has as 0 stay 0. */
export function fitMatrix(prior: Float64Array, sums: readonly MeasuredSum[], bounds: CellBounds): Float64Array {
  const { isKnown, floor, ceiling } = bounds
  const cells = Float64Array.from(prior)
  const bound = (): void => {
    for (let cell = 0; cell < cells.length; cell++) {
      if (isKnown[cell] === 1) continue
      const value = cells[cell]!
      cells[cell] = value > ceiling[cell]! ? ceiling[cell]! : value < floor[cell]! ? floor[cell]! : value
    }
  }
  bound()
  for (let pass = 0; pass < passes; pass++) {
    for (const sum of sums) scale(cells, sum, isKnown)
    bound()
  }
  return cells
}

/** Multiplies the unknown cells of a sum so that it comes true; of a cell that is there in part, by that power. */
function scale(cells: Float64Array, { cells: at, parts, rate }: MeasuredSum, isKnown: Uint8Array): void {
  let known = 0
  let unknown = 0
  for (let index = 0; index < at.length; index++) {
    const cell = at[index]!
    if (isKnown[cell] === 1) known += cells[cell]! * parts[index]!
    else unknown += cells[cell]! * parts[index]!
  }
  if (unknown <= 0) return
  const factor = Math.min(mostFactor, Math.max(1 / mostFactor, (rate - known) / unknown))
  for (let index = 0; index < at.length; index++) {
    const cell = at[index]!
    if (isKnown[cell] === 1) continue
    cells[cell]! *= parts[index] === 1 ? factor : factor ** parts[index]!
  }
}

/** How much of the sums the matrix gives: 1 all, 0 nothing. Null without sums, and where all are 0. */
export function explainedBy(cells: Float64Array, sums: readonly MeasuredSum[]): number | null {
  let all = 0
  let off = 0
  for (const sum of sums) {
    all += sum.rate
    off += Math.abs(sum.rate - sumOf(cells, sum))
  }
  return all > 0 ? Math.max(0, 1 - off / all) : null
}

/** What the sum would be of these cells. */
export function sumOf(cells: Float64Array, { cells: at, parts }: Share): number {
  let sum = 0
  for (let index = 0; index < at.length; index++) sum += cells[at[index]!]! * parts[index]!
  return sum
}
