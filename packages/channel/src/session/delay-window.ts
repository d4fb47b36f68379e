/**
 * How much bulk may be under way on a path: so much that the path stays busy, and so little that what is urgent does not
 * wait behind it in a buffer that nobody can take it out of again. Grows while the round trip stays near its least,
 * shrinks when a queue builds up (the idea of LEDBAT, RFC 6817). On reliable paths it is the only window: congestion is
 * the kernel's.
 * @module
 */
import type { Rtt } from './rtt.ts'

/** Milliseconds that the queue may add to the least round trip: what is urgent waits for it twice, there and back. */
const target = 3
/** Octets; of a link of 50 Mbit/s it is a queue of 2.6 ms. A link that is quicker shows by its round trip that it takes more. */
const least = 16 << 10
const begin = 128 << 10
const most = 8 << 20
/** Once a queue was met, what was acknowledged adds this part of itself to the window. */
const cautious = 1 / 8

/**
 * Milliseconds, and a round trip at least, for which every acknowledgement must have met a queue before it counts as one:
 * an event loop that was busy, or a stall of the host, delays some of them.
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
