/** The eleven messages of GRASP as values (RFC 8990 §2.8). @module */
import type { Locator } from '../locator.ts'
import type { Objective } from '../objective.ts'

/** Messages with a session id, 32 bits. */
interface InSession {
  readonly sessionId: number
}

/** Multicast messages and their answers: (session id, initiator) names the session everywhere. */
interface Initiated extends InSession {
  /** An address of the initiator, 4 or 16 octets; tells sessions apart and is never a destination. */
  readonly initiator: Uint8Array
}

export interface Noop {
  readonly type: 'noop'
}

/** RFC 8990 §2.8.4. */
export interface Discovery extends Initiated {
  readonly type: 'discovery'
  readonly objective: Objective
}

/** RFC 8990 §2.8.5. */
export interface Response extends Initiated {
  readonly type: 'response'
  /** Milliseconds that the answer may be kept; 0 is a default. */
  readonly ttl: number
  /** Whether `locators` are of the responder, or of others that it knows of (O_DIVERT). */
  readonly option: 'locators' | 'divert'
  /** At least one. */
  readonly locators: readonly Locator[]
  /** In rapid mode the objective with its value. */
  readonly objective?: Objective
}

/** Requests (§2.8.6), M_NEGOTIATE (§2.8.7) and M_SYNCH (§2.8.10) share one form. */
export interface ObjectiveMessage extends InSession {
  readonly type: 'request-negotiation' | 'request-synchronization' | 'negotiate' | 'synch'
  readonly objective: Objective
}

/** RFC 8990 §2.8.8. */
export interface End extends InSession {
  readonly type: 'end'
  readonly option: 'accept' | 'decline'
  /** Why it was declined. */
  readonly reason?: string
}

/** RFC 8990 §2.8.9. */
export interface Wait extends InSession {
  readonly type: 'wait'
  /** Milliseconds from the receipt of the message. */
  readonly waitingTime: number
}

/** An objective in a flood, with the locator that it speaks of. */
export interface TaggedObjective {
  readonly objective: Objective
  readonly locator?: Locator
}

/** RFC 8990 §2.8.11. */
export interface Flood extends Initiated {
  readonly type: 'flood'
  /** Milliseconds that the objectives are valid; 0 for ever. */
  readonly ttl: number
  /** At least one. */
  readonly objectives: readonly TaggedObjective[]
}

/** RFC 8990 §2.8.12. */
export interface Invalid extends InSession {
  readonly type: 'invalid'
  /** One CBOR item, encoded: anything that helps the peer's operator. */
  readonly content?: Uint8Array
}

export type Message = Noop | Discovery | Response | ObjectiveMessage | End | Wait | Flood | Invalid
