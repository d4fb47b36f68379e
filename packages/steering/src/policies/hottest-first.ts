/** The order in which rules relieve links. @module */

/** Links by utilisation, highest first. */
export function hottestFirst(load: Float64Array, capacity: Float64Array): readonly number[] {
  return [...load.keys()].sort((a, b) => load[b]! / capacity[b]! - load[a]! / capacity[a]!)
}
