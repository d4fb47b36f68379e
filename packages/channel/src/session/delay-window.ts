/**
 * How much bulk may be under way on a path: enough to keep the path busy, but so little that urgent data does not wait
 * behind it in a buffer out of our reach. Grows while the round trip stays near its least, shrinks when a queue builds
 * up (the idea of LEDBAT, RFC 6817). On reliable paths it is the only window: congestion is the kernel's.
 * @module
 */
import type { Rtt } from './rtt.ts'

/** Milliseconds that the queue may add to the least round trip: urgent data waits for it twice, there and back. */
const target = 3
/** Octets; a queue of 2.6 ms on a link of 50 Mbit/s. On faster links the round trip shows room for more. */
const least = 16 << 10
const begin = 128 << 10
const most = 8 << 20
/** Once a queue was met, what was acknowledged adds this part of itself to the window. */
const cautious = 1 / 8

/**
 * Milliseconds, and a round trip at least, for which every acknowledgement must have met a queue before it counts as
 * one: an event loop that was busy, or a stall of the host, delays some of them.
 */
const roundOf = 25

export class DelayWindow {
  #octets = begin
  #hasMet = false
  #roundFrom = -Infinity
  /** The shortest queue that was met in this round, milliseconds. */
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
