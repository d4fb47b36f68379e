/** What better information would be worth: the local search with some of what a router cannot know. @module */
import { costWeights, hotLevel } from '../cost.ts'
import { moveBudget, type Policy } from '../observation.ts'
import { search } from '../search.ts'
import type { World } from './world.ts'

export interface Knowledge {
  /** True loads, of the step that is seen or of the next, which the decision is paid in. */
  readonly loads: 'present' | 'next'
  readonly capacities: 'present' | 'next'
}

/** For this world only; it also knows which prefixes comply. It moves within the budget, and looks no further ahead. */
export function createInformed(world: World, { loads, capacities }: Knowledge): Policy {
  const { prefixes, links, complies, load, capacity } = world
  const threshold = new Float64Array(links).fill(hotLevel)
  const price = new Float64Array(prefixes).fill(costWeights.move)
  return {
    decide(seen) {
      const loadStep = seen.step + (loads === 'next' ? 1 : 0)
      const capacityStep = seen.step + (capacities === 'next' ? 1 : 0)
      return search(
        { ...seen, complies },
        {
          demand: load.subarray(loadStep * prefixes, (loadStep + 1) * prefixes),
          capacity: capacity.subarray(capacityStep * links, (capacityStep + 1) * links),
          threshold,
          price,
          moveLimit: moveBudget,
        },
      )
    },
  }
}
