/**
 * Limits the bulk in flight on a path: enough to keep the path busy, but so little that urgent data does not wait
 * behind it in a buffer out of our reach. The window grows while the round trip stays near its minimum, and shrinks
 * when a queue builds up (the idea of LEDBAT, RFC 6817). On reliable paths it is the only window: the kernel controls
 * congestion.
 * @module
 */
import type { Rtt } from './rtt.ts'

/** Milliseconds the queue may add to the minimum round trip: urgent data waits for it twice, there and back. */
const target = 3
/** Minimum window in octets; a queue of 2.6 ms at 50 Mbit/s. On faster links the round trip shows room for more. */
const least = 16 << 10
const begin = 128 << 10
const most = 8 << 20
/** Once a queue was observed, the window grows by this share of the acknowledged octets. */
const cautious = 1 / 8

/**
 * Milliseconds, at least one round trip, for which every acknowledgement must have been delayed before a queue is
 * assumed: a busy event loop, or a stall of the host, delays only some of them.
 */
const roundOf = 25

export class DelayWindow {
  #octets = begin
  #hasMet = false
  #roundFrom = -Infinity
  /** The shortest queueing delay observed in this round, in milliseconds. */
  #shortest = Infinity

  get octets(): number {
    return this.#octets
  }

  acknowledged(octets: number, rtt: Rtt, now: number): void {
    this.#shortest = Math.min(this.#shortest, rtt.queue)
    if (rtt.queue <= target) {
      const gain = (this.#hasMet ? cautious : 1) * (1 - rtt.queue / target)
      this.#octets = Math.min(this.#octets + octets * gain, most)
    }
    if (now - this.#roundFrom < Math.max(rtt.latest, roundOf)) return
    if (this.#shortest > target) {
      this.#hasMet = true
      const part = (rtt.least + target / 2) / (rtt.least + this.#shortest)
      this.#octets = Math.max(this.#octets * Math.max(0.5, part), least)
    }
    this.#roundFrom = now
    this.#shortest = Infinity
  }
}
