/**
 * When to open further paths of a link: shortly after it began and only if it still exists, since many serve one
 * question. @module
 */
import type { Link } from '../link/link.ts'
import { usualDuration } from '../handshake/outgoing-handshake.ts'

/** Milliseconds that a link has lived by then, at least: where handshakes take longer, it waits. */
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

  /** A timer would keep all of it in memory. */
  over(link: Link): void {
    clearTimeout(this.#timers.get(link))
    this.#timers.delete(link)
  }
}
