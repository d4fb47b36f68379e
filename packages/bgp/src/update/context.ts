/** What a session negotiated that changes how its UPDATE messages are read and written. @module */

export interface UpdateContext {
  /** `internal`: of our AS; `external`: of another one (RFC 4271 §1.1). */
  readonly peer: 'internal' | 'external'
  /** Octets of an AS number: 4 when both offered the capability of RFC 6793. */
  readonly asOctets: 2 | 4
  /** Keys of the families that both offered; others are ignored (RFC 4760 §8). */
  readonly families: ReadonlySet<number>
  /** Keys of the families whose NLRI carry a path identifier in this direction (RFC 7911 §3). */
  readonly pathIds: ReadonlySet<number>
}

/** Octets that mean the same in two contexts with equal numbers, 0..3. */
export const attributeContext = (context: UpdateContext): number =>
  (context.peer === 'internal' ? 1 : 0) + (context.asOctets === 4 ? 2 : 0)
