/** The policy that the package stands for (docs/decisions/0010). @module */
import type { Policy } from '../observation.ts'
import { createExpectedCostPolicy } from './expected-cost.ts'

/** One for each border: it remembers earlier steps. */
export const createBestPolicy = (): Policy => createExpectedCostPolicy()
