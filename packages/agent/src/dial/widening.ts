/**
 * When to open further paths of a link: shortly after it started, and only if it still exists, since many links serve
 * only one request. @module
 */
import type { Link } from '../link/link.ts'
import { usualDuration } from '../handshake/outgoing-handshake.ts'

/** Minimum age of the link in milliseconds; more if handshakes take longer. */
const widenAfter = 50

export class Widening {
  readonly #widen: (link: Link) => void
  readonly #timers = new Map<Link, NodeJS.Timeout>()

  constructor(widen: (link: Link) => void) {
    this.#widen = widen
  }

  begun(link: Link): void {
    const widen = (): void => {
      this.#timers.delete(link)
      this.#widen(link)
    }
    this.#timers.set(link, setTimeout(widen, Math.max(widenAfter, 3 * usualDuration())).unref())
  }

  /** Clears the timer, which would keep the link in memory. */
  over(link: Link): void {
    clearTimeout(this.#timers.get(link))
    this.#timers.delete(link)
  }
}
