/** What happens when nobody steers. @module */
import type { Policy } from '../observation.ts'

/** Every prefix enters over its preferred link. */
export const createHotPotato = (): Policy => ({ decide: ({ preferred }) => preferred })
