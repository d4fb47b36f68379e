/** What answers to AI agents are made of. @module */
import type { Allowed } from '@vagus/southbound'
import type { CommitDesk } from './commit-desk.ts'

export interface SouthboundParts {
  readonly allowed: Allowed
  /** `undefined`: the router cannot be configured in lines. */
  readonly desk: CommitDesk | undefined
}
