/**
 * How much bulk may be under way on a path: so much that the path stays busy, and so little that what is urgent does not
 * wait behind it in a buffer that nobody can take it out of again. Grows while the round trip stays near its least,
 * shrinks when a queue builds up (the idea of LEDBAT, RFC 6817). On reliable paths it is the only window: congestion is
 * the kernel's.
 * @module
 */
import type { Rtt } from './rtt.ts'

/** Milliseconds that the queue may add to the least round trip. */
const target = 8
const least = 64 << 10
const most = 8 << 20
/** Once a queue was met, what was acknowledged adds this part of itself to the window. */
const cautious = 1 / 8

export class DelayWindow {
  #octets = 2 * least
  #shrunkAt = -Infinity

  get octets(): number {
    return this.#octets
  }

  acknowledged(octets: number, rtt: Rtt, now: number): void {
    const queued = rtt.latest - rtt.least
    if (queued <= target) {
      const gain = (this.#shrunkAt === -Infinity ? 1 : cautious) * (1 - queued / target)
      this.#octets = Math.min(this.#octets + octets * gain, most)
      return
    }
    if (now - this.#shrunkAt < rtt.latest) return // once in a round trip
    this.#shrunkAt = now
    this.#octets = Math.max(this.#octets * Math.max(0.5, (rtt.least + target / 2) / rtt.latest), least)
  }
}
