/** Baselines are tuned, each over its grid, on training worlds. @module */
import type { Policy } from '../observation.ts'
import type { SearchConstants } from '../policies/search-policy.ts'
import type { Thresholds } from '../policies/threshold-rule.ts'
import { run } from './run.ts'
import { meanFigures } from './tally.ts'
import type { World } from './world.ts'

export const thresholdGrid: readonly Thresholds[] = [0.7, 0.75, 0.8, 0.85, 0.9, 0.95].flatMap((high) =>
  [0.3, 0.4, 0.5, 0.6, 0.7].filter((low) => low < high).map((low) => ({ high, low })),
)

export const searchGrid: readonly SearchConstants[] = [0.6, 0.65, 0.7, 0.75, 0.8].flatMap((threshold) =>
  [0.01, 0.02, 0.04, 0.08].flatMap((price) => [1, 1.2, 1.5].map((factor) => ({ threshold, price, factor }))),
)

/** The entry whose policy has the lowest mean cost; the first of equals. @throws {RangeError} of an empty grid */
export function tune<Entry>(create: (entry: Entry) => Policy, grid: readonly Entry[], worlds: readonly World[]): Entry {
  if (grid.length === 0) throw new RangeError('the grid must have at least one entry')
  const costs = grid.map((entry) => meanFigures(worlds.map((world) => run(world, create(entry)))).cost)
  return grid[costs.indexOf(Math.min(...costs))]!
}
