/**
 * The width of a link on the map from its capacity, on a logarithmic scale between the smallest and the largest.
 * @module
 */

const thinnest = 3
const thickest = 8

/** Pixels; in the middle when all capacities are alike. Capacities in bits per second. */
export function strokeOf(capacity: number, capacities: readonly number[]): number {
  const least = Math.log(Math.min(...capacities))
  const most = Math.log(Math.max(...capacities))
  if (!(most > least)) return (thinnest + thickest) / 2
  return thinnest + ((Math.log(capacity) - least) / (most - least)) * (thickest - thinnest)
}
