/**
 * A radio that sleeps between packets, shared by all routes over it: whether sending costs little now, and the beat to
 * which keepalives of all sessions are aligned. A host has one for each access network; a session that hears that its
 * peer sleeps has one for that, too.
 * @module
 */
import type { SleepPlan } from './access-profile.ts'

/** Milliseconds by which the peer's keepalive may be late before this side sends one. */
const peerPatience = 10_000

/** What a packet is for. `tolerant`: it was held, or is a keepalive. */
export type Purpose = 'urgent' | 'tolerant'

export interface RadioConfig {
  readonly plan: SleepPlan
  /** To send a few octets while it sleeps: the lesser of two paths carries. */
  readonly joules?: number
  /** Whether the radio is of this host, or of the peer, for which the network keeps packets while it sleeps. */
  readonly of: 'here' | 'peer'
  /** Milliseconds by which beats are shifted, so that not all hosts wake at once. Default 0. */
  readonly phase?: number
  /** Called when a packet finds the radio asleep: what waits in other sessions can go with it. */
  readonly woke?: () => void
  /** Called for each packet. */
  readonly passed?: (octets: number, purpose: Purpose | 'received', now: number) => void
  /** Called for content that begins to wait. */
  readonly waits?: (octets: number, now: number) => void
}

export class Radio {
  readonly plan: SleepPlan
  /** Joules; `undefined`: not known. */
  readonly joules: number | undefined
  readonly #config: RadioConfig
  readonly #lead: number
  readonly #phase: number
  #usedAt = -Infinity

  constructor(config: RadioConfig) {
    this.plan = config.plan
    this.joules = config.joules
    this.#config = config
    this.#phase = config.phase ?? 0
    this.#lead = config.plan.wakeMs + (config.of === 'peer' ? config.plan.wakePeriod : 0)
  }

  /** Milliseconds before content must be there by which a sleeping radio must be woken. */
  get lead(): number {
    return this.#lead
  }

  /** Whether it is on anyway, so that what waits may go. */
  isAwake(now: number): boolean {
    return now < this.#usedAt + this.plan.awakeFor
  }

  sent(octets: number, purpose: Purpose, now: number): void {
    this.#passed(octets, purpose, now)
  }

  received(octets: number, now: number): void {
    this.#passed(octets, 'received', now)
  }

  /** Content begins to wait for a wake. */
  waits(octets: number, now: number): void {
    this.#config.waits?.(octets, now)
  }

  /** When a path that was silent since `last` must be kept alive: with the last beat before it was so for a whole one. */
  keepAliveAt(last: number): number {
    const { beat } = this.plan
    return this.#config.of === 'peer'
      ? last + beat + peerPatience
      : this.#beat(Math.floor((last + beat - this.#phase) / beat))
  }

  /** The first beat after `time`. */
  beatAfter(time: number): number {
    return this.#beat(Math.floor((time - this.#phase) / this.plan.beat) + 1)
  }

  #beat(number: number): number {
    return number * this.plan.beat + this.#phase
  }

  #passed(octets: number, purpose: Purpose | 'received', now: number): void {
    const slept = !this.isAwake(now)
    this.#usedAt = Math.max(this.#usedAt, now)
    this.#config.passed?.(octets, purpose, now)
    if (slept) this.#config.woke?.()
  }
}
