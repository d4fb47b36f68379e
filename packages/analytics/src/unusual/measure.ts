/** In which terms the values of a series are compared, and which changes matter at all. @module */

/** What a change must be to matter. */
export interface Measure {
  /** `ratio`: rates and counts, of which a doubling is the same at every level; `difference`: shares. */
  readonly compare: 'ratio' | 'difference'
  /** The least difference that is worth a word, in the unit of the series; above 0. */
  readonly least: number
}

/** A change of a rate by less is not worth a word, however regular it was: a fifth. Natural logarithm. */
const leastRatio = 0.18

/** Ratios become differences; below `least` they fade into plain differences, so that almost nothing is no ratio. NaN stays. */
export function comparable(value: number, { compare, least }: Measure): number {
  if (!Number.isFinite(value)) return NaN
  return compare === 'ratio' ? Math.log1p(Math.max(0, value) / least) : (value / least) * leastRatio
}

/** Back from `comparable`. */
export function valueOf(comparableValue: number, { compare, least }: Measure): number {
  return compare === 'ratio' ? Math.max(0, Math.expm1(comparableValue)) * least : (comparableValue / leastRatio) * least
}

/** Whether it is worth a word that `value` came in place of `expected`. */
export function matters(value: number, expected: number, measure: Measure): boolean {
  if (!(Math.abs(value - expected) >= measure.least)) return false
  if (measure.compare === 'difference') return true
  return Math.abs(comparable(value, measure) - comparable(expected, measure)) >= leastRatio
}
