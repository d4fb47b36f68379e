/** The policy that the package stands for. @module */
import type { Policy } from '../observation.ts'
import { createFlapAware, handSetConstants } from './flap-aware.ts'

/** One for each border: it may remember earlier steps. */
export const createBestPolicy = (): Policy => createFlapAware(handSetConstants)
