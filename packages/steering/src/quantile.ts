/** Nearest-rank quantiles. @module */

/** The value at rank round(p·(n - 1)) of `values`, halves rounded up; `p` is 0..1. NaN of no values. */
export function quantile(values: ArrayLike<number>, p: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.round(p * (sorted.length - 1))] ?? Number.NaN
}
