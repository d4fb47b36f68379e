/**
 * Which waiting content must go now, and how long the rest may wait for a wake that something else makes. Urgent classes
 * never wait. Tolerant ones wait until the radio is on anyway, until the latest moment at which the earliest of their
 * deadlines is still met, or until enough of them waits; then all go.
 * @module
 */
import type { Radio } from './radio.ts'

/** Octets that wait at most; then all go at once. A burst of so many leaves a link of 1 Mbit/s within 300 ms. */
export const maxHeldOctets = 32_768
/** Datagrams that wait at most; far below the limit at which the queue drops some. */
export const maxHeldDatagrams = 128
/** Milliseconds by which the timers of a host may be late, and by which the burst itself takes longer than one packet. */
const slack = 600

/** What waits in the tolerant classes. */
export interface Waiting {
  /** Milliseconds since 1970; `Infinity`: none has one. */
  readonly deadline: number
  readonly octets: number
  readonly datagrams: number
}

/** Of the path by which it would leave, milliseconds. */
export interface Way {
  readonly transit: number
  /** Until a lost packet is sent again. */
  readonly patience: number
}

/**
 * The latest moment at which content that waits since `since` must leave over a sleeping radio: so that what is lost once
 * can be sent again before the deadline.
 */
export function latestOf(deadline: number, since: number, { plan, lead }: Radio, { transit, patience }: Way): number {
  return Math.min(since + plan.holdAtMost, deadline - transit - 2 * patience - lead - slack)
}

export class Holding {
  /** Since when tolerant content waits; `undefined`: none does. */
  #since: number | undefined
  /** Octets that are known to wait. */
  #octets = 0
  /** When it must leave; `Infinity` while nothing is held. */
  until = Infinity

  get isHolding(): boolean {
    return this.until !== Infinity
  }

  /** Must be called while nothing tolerant waits. */
  clear(): void {
    this.#since = undefined
    this.#octets = 0
    this.until = Infinity
  }

  /** Whether all of `waiting` must stay where it is now. */
  holds(waiting: Waiting, radio: Radio, way: Way, now: number): boolean {
    this.until = Infinity
    if (radio.isAwake(now)) return false
    if (waiting.octets > this.#octets) radio.waits(waiting.octets - this.#octets, now)
    this.#octets = waiting.octets
    this.#since ??= now
    if (waiting.octets > maxHeldOctets || waiting.datagrams > maxHeldDatagrams) return false
    const latest = latestOf(waiting.deadline, this.#since, radio, way)
    if (latest <= now) return false
    this.until = latest
    return true
  }
}
