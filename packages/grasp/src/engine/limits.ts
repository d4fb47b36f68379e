/** The bounds of everything that peers, neighbours and ASAs can make grow, with what happens at each. @module */

export interface Limits {
  /** Octets of a unicast message (RFC 8990 §2.6, GRASP_DEF_MAX_SIZE); a longer one closes its connection. */
  readonly maxSize: number
  /** Open connections. At the limit a new one is closed, a request of our own fails with `noSocket`. */
  readonly connections: number
  /** Of these, kept for what this node asks itself: peers that open all others must not silence it. */
  readonly ownConnections: number
  /** Of these, those that one peer may have opened; a further one is closed. */
  readonly connectionsOfPeer: number
  /** How long an accepted connection may be silent before its first message, milliseconds; then it is closed. */
  readonly firstMessageMs: number
  /** Sessions that ASAs of this node have open; a further one fails with `noSocket`. */
  readonly sessions: number
  /** M_WAITs of one side in one negotiation; one more ends it. Peers could else hold a session for ever. */
  readonly waits: number
  /** The longest that one M_WAIT is believed, milliseconds. */
  readonly waitMs: number
  /** (session id, initiator) of discoveries and floods seen; the oldest is forgotten. */
  readonly seen: number
  /** How long they are remembered, milliseconds: at least 2 × 60 s (RFC 8990 §2.5.6.2). */
  readonly seenMs: number
  /** New discoveries and floods taken from one neighbour per second, and at once; others are dropped, not remembered. */
  readonly multicastsPerSecond: number
  readonly multicastBurst: number
  /** Neighbours whose rate is known; further ones share one rate. */
  readonly neighbours: number
  /** Discoveries that we relay and await answers for; the oldest is forgotten. */
  readonly relays: number
  /** Answers passed back for one relayed discovery; further ones are only cached. Bounds amplification. */
  readonly responsesPerRelay: number
  /** Objectives with known locators; the one learnt longest ago is forgotten. */
  readonly discovered: number
  /** Locators of one objective; further ones are ignored until one expires or turns out to be gone. */
  readonly locatorsPerObjective: number
  /** Flooded objectives, each (name, locator); the one not refreshed for longest is forgotten. */
  readonly floods: number
  /** ASAs and their objectives; a further one fails with `ASAfull` or `objFull`. */
  readonly asas: number
  readonly objectives: number
}

export const defaultLimits: Limits = {
  maxSize: 2048,
  connections: 4096,
  ownConnections: 512,
  connectionsOfPeer: 1024,
  firstMessageMs: 10_000,
  sessions: 4096,
  waits: 8,
  waitMs: 600_000,
  seen: 65_536,
  seenMs: 120_000,
  multicastsPerSecond: 50,
  multicastBurst: 100,
  neighbours: 1024,
  relays: 4096,
  responsesPerRelay: 8,
  discovered: 1024,
  locatorsPerObjective: 16,
  floods: 1024,
  asas: 256,
  objectives: 1024,
}
