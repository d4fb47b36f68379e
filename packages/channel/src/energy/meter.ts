/**
 * The modelled energy of a radio: a wake out of idle, the time until it is idle again, and the octets. A wake is a packet
 * that finds the receiver off, be the radio idle or dozing between packets (C-DRX).
 * @module
 */
import type { AccessProfile } from './access-profile.ts'

export interface Consumption {
  readonly wakes: number
  /** Wakes out of idle, the dear ones. */
  readonly fromIdle: number
  readonly joules: number
  /** Milliseconds in which the radio was not idle. */
  readonly busyMs: number
}

export class Meter {
  readonly #profile: AccessProfile
  #last = -Infinity
  #wakes = 0
  #fromIdle = 0
  #octets = 0
  #busyMs = 0

  constructor(profile: AccessProfile) {
    this.#profile = profile
  }

  /** A packet was sent, or has come. Of two at unordered times the earlier one counts as at the later. */
  packet(octets: number, now: number): void {
    const { awakeFor, tailMs } = this.#profile
    const gap = Math.max(now - this.#last, 0)
    if (gap >= awakeFor) this.#wakes++
    if (gap >= tailMs) this.#fromIdle++
    if (gap !== Infinity) this.#busyMs += Math.min(gap, tailMs)
    this.#octets += octets
    this.#last = Math.max(this.#last, now)
  }

  /** When the last packet was; -Infinity before the first. */
  get last(): number {
    return this.#last
  }

  /** Until now, with the rest of a tail as far as it is past. */
  consumption(now: number): Consumption {
    const { wakeJoules, tailMs, tailWatts, joulesPerOctet } = this.#profile
    const rest = this.#last === -Infinity ? 0 : Math.min(Math.max(now - this.#last, 0), tailMs)
    const busyMs = this.#busyMs + rest
    const joules = this.#fromIdle * wakeJoules + (busyMs * tailWatts) / 1000 + this.#octets * joulesPerOctet
    return { wakes: this.#wakes, fromIdle: this.#fromIdle, joules, busyMs }
  }
}
