/**
 * Sums and shades of a traffic matrix `bitsPerSecond[source][sink]`.
 * @module
 */

export interface MatrixSums {
  readonly rows: readonly number[]
  readonly columns: readonly number[]
  readonly peak: number
}

export function sumsOf(bitsPerSecond: readonly (readonly number[])[]): MatrixSums {
  return {
    rows: bitsPerSecond.map((row) => row.reduce((sum, value) => sum + value, 0)),
    columns: bitsPerSecond.map((_, sink) => bitsPerSecond.reduce((sum, row) => sum + (row[sink] ?? 0), 0)),
    peak: Math.max(0, ...bitsPerSecond.flat()),
  }
}

/**
 * Shade 0..1 of a cell. The square root keeps small demands visible beside large ones; the ramp in the style sheet ends
 * where text still has a contrast of 4.5.
 */
export const shadeOf = (value: number, peak: number): number => (peak > 0 ? Math.sqrt(value / peak) : 0)
