/**
 * How much may be under way on a reliable path, where the kernel controls congestion: so much that the path stays busy,
 * and so little that what is urgent does not wait behind it in a buffer that nobody can take it out of again. Grows
 * while the round trip stays near its least, shrinks when a queue builds up (the idea of LEDBAT, RFC 6817).
 * @module
 */
import type { Rtt } from './rtt.ts'

/** Milliseconds that the queue may add to the least round trip. */
const target = 15
const least = 128 << 10
const most = 8 << 20

export class DelayWindow {
  #octets = 4 * least
  #shrunkAt = -Infinity

  get octets(): number {
    return this.#octets
  }

  acknowledged(octets: number, rtt: Rtt, now: number): void {
    const queued = rtt.latest - rtt.least
    if (queued <= target) {
      this.#octets = Math.min(this.#octets + octets * (1 - queued / target), most)
      return
    }
    if (now - this.#shrunkAt < rtt.latest) return // once in a round trip
    this.#shrunkAt = now
    this.#octets = Math.max(this.#octets * Math.max(0.5, (rtt.least + target) / rtt.latest), least)
  }
}
