/**
 * The end of a session: it is said on every path until the peer says so, too, several times at most, and again when the
 * peer goes on talking.
 * @module
 */
import type { Closing } from './inbound.ts'
import type { Path } from './path.ts'

/** Any of them may be lost, and so may the answer. */
const sayings = 3
/** Milliseconds to wait for it, at least: nobody waits for the end, and a busy host takes its time. */
const leastPause = 200

export class Farewell {
  readonly closing: Closing
  readonly #paths: readonly Path[]
  #toSay: Set<Path>
  #left = sayings
  #nextAt: number

  /** @param paths those that the peer is known to receive on */
  constructor(closing: Closing, paths: readonly Path[], now: number) {
    this.closing = closing
    this.#paths = paths
    this.#toSay = new Set(paths)
    this.#nextAt = now + this.#pause
  }

  get deadline(): number {
    return this.#nextAt
  }

  /** `over`: it was said often enough. */
  tick(now: number): 'over' | 'waiting' {
    if (now < this.#nextAt) return 'waiting'
    if (--this.#left <= 0) return 'over'
    this.#toSay = new Set(this.#paths)
    this.#nextAt = now + this.#pause
    return 'waiting'
  }

  /** The peer has not heard yet; it is told no more often than it speaks. */
  heardOn(path: Path): void {
    if (this.#paths.includes(path)) this.#toSay.add(path)
  }

  /** The next path to say it on. */
  next(): Path | undefined {
    for (const path of this.#toSay) {
      this.#toSay.delete(path)
      return path
    }
    return undefined
  }

  get #pause(): number {
    return Math.max(...this.#paths.map(({ rtt }) => rtt.patience), leastPause)
  }
}
