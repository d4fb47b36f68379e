/** How a direct path was looked for, beside one through a relay. @module */
import type { MappingKind, PunchFailure } from '@vagus/nat'

export interface Traversal {
  /** `open`: a direct path was found; whether it is alive, the paths say. */
  readonly state: 'trying' | 'open' | 'failed'
  /** How the NATs of both ends map (RFC 4787 §4.1); `undefined`: not known. */
  readonly own: MappingKind | undefined
  readonly peer: MappingKind | undefined
  /**
   * Why there is none. `no-observer`: no relay tells this agent where it is seen; `no-reply`: the other end does not take
   * part.
   */
  readonly why?: PunchFailure | 'no-observer' | 'no-reply' | 'no-room'
  /** When it ended or began, milliseconds since 1970. */
  readonly at: number
  /** Milliseconds from its beginning to the first answer. */
  readonly took?: number
}
