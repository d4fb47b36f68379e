/**
 * What a radio took by the model, and what it would have taken if everything had been sent at once. The second is an
 * estimate, and rather too low: packets that were sent for what had waited count when that was written, and keepalives
 * every 20 s, as if those of all sessions came together.
 * @module
 */
import { type AccessProfile, type Consumption, Meter } from '@vagus/channel'

/** As of a session that knows of no radio. Milliseconds. */
const keepAliveIdle = 20_000
const keepAliveOctets = 60
/** Milliseconds after a packet for something tolerant in which what arrives is the answer to it. */
const answersWithin = 1000
/** Keepalives that are made up at once: of a host that slept for days nobody knows. */
const maxMadeUp = 4320

export interface RadioConsumption extends Consumption {
  /** Milliseconds since the first packet. */
  readonly forMs: number
}

export class RadioUse {
  readonly #own: Meter
  readonly #atOnce: Meter
  #since: number | undefined
  #answersUntil = -Infinity

  constructor(profile: AccessProfile) {
    this.#own = new Meter(profile)
    this.#atOnce = new Meter(profile)
  }

  packet(octets: number, purpose: 'urgent' | 'tolerant' | 'received', now: number): void {
    this.#since ??= now
    this.#own.packet(octets, now)
    this.#keepAlive(now)
    if (purpose === 'tolerant') this.#answersUntil = now + answersWithin
    const isOfOurs = purpose === 'tolerant' || (purpose === 'received' && now < this.#answersUntil)
    if (!isOfOurs) this.#atOnce.packet(octets, now)
  }

  /** Content begins to wait: it would have been sent now. */
  waits(octets: number, now: number): void {
    this.#keepAlive(now)
    this.#atOnce.packet(octets, now)
  }

  /** As it is, and as it would be. */
  consumption(now: number): { readonly own: RadioConsumption; readonly atOnce: RadioConsumption } {
    const forMs = this.#since === undefined ? 0 : now - this.#since
    return { own: { ...this.#own.consumption(now), forMs }, atOnce: { ...this.#atOnce.consumption(now), forMs } }
  }

  #keepAlive(now: number): void {
    const { last } = this.#atOnce
    if (last === -Infinity) {
      this.#atOnce.packet(keepAliveOctets, now)
      return
    }
    const missing = Math.min(Math.floor((now - last) / keepAliveIdle), maxMadeUp)
    for (let number = 1; number <= missing; number++)
      this.#atOnce.packet(keepAliveOctets, last + number * keepAliveIdle)
  }
}
