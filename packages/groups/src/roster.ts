/** Who is in a group, as the roster in force and its policies say. @module */
import type { AgentId } from '@vagus/identity'

/** Of an active member. */
export interface Rights {
  /** It has the role, and may subscribe. */
  readonly reads: boolean
  /** It may publish. */
  readonly writes: boolean
}

/** Active members with at least one of both rights. */
export type GroupRoster = ReadonlyMap<AgentId, Rights>
