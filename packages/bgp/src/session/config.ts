/** What the operator decides about one peer. @module */
import type { Family } from '../family.ts'
import type { Capability } from '../message/capability.ts'

export interface SessionConfig {
  readonly localAs: number
  /** 32 bits, not 0 (RFC 6286). */
  readonly bgpIdentifier: number
  readonly peerAs: number
  /** `active` dials and listens, `passive` only listens. */
  readonly mode: 'active' | 'passive'
  /** Seconds: 0 or 3..65535; the smaller of both speakers' counts (RFC 4271 §4.2). */
  readonly holdTime: number
  readonly families: readonly Family[]
  /** Families for which we offer ADD-PATH, with a number of `addPathMode`. */
  readonly addPath?: readonly (Family & { readonly mode: number })[]
  readonly extendedMessages?: 'on' | 'off'
  /** We keep the peer's routes while it restarts, and ask it to keep ours. `restartTime`: 0..4095 seconds. */
  readonly gracefulRestart?: { readonly restartTime: number; readonly notification?: 'on' | 'off' }
  /** Whether this start follows a restart with forwarding state kept (RFC 4724 §4.1). */
  readonly restarted?: 'yes' | 'no'
  /** RFC 9234; a number of `role`. `strict`: a peer without a role is refused. */
  readonly role?: number
  readonly roleMode?: 'strict' | 'lenient'
  /** Offered besides, byte for byte: experimental ones. */
  readonly capabilities?: readonly Capability[]
  readonly timers?: Partial<SessionTimers>
}

/** Milliseconds. */
export interface SessionTimers {
  /** Between attempts to connect; jittered (RFC 4271 §8, §10). */
  readonly connectRetry: number
  /** How long the first OPEN may take (RFC 4271 §8.2.2: "a large value"). */
  readonly openHold: number
  /** The first wait after a failure; it doubles up to `maxIdleHold` where we dial, and is jittered. */
  readonly idleHold: number
  readonly maxIdleHold: number
  /** An established session that lasts as long makes us forget failures. */
  readonly stable: number
  /** How long stale routes may wait for End-of-RIB after the session is back (RFC 4724 §4.2). */
  readonly stale: number
}

const defaultTimers: SessionTimers = {
  connectRetry: 5_000,
  openHold: 240_000,
  idleHold: 1_000,
  maxIdleHold: 120_000,
  stable: 60_000,
  stale: 360_000,
}

export const timersOf = (config: SessionConfig): SessionTimers => ({ ...defaultTimers, ...config.timers })
