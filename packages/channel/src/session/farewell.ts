/**
 * The end of a session. The close is sent on every path until the peer sends one too, at most a few times, and again if
 * the peer keeps sending.
 * @module
 */
import type { Closing } from './close-reason.ts'
import type { Path } from './path.ts'

/** How often to send it: a close may be lost, and so may the answer. */
const maxCloses = 3
/** Minimum milliseconds to wait for the answer: no one waits for the end, and a busy host takes its time. */
const leastPause = 200

export class Farewell {
  readonly closing: Closing
  readonly #paths: readonly Path[]
  #toSay: readonly Path[]
  #left = maxCloses
  #nextAt: number

  /** @param paths those on which the peer is known to receive */
  constructor(closing: Closing, paths: readonly Path[], now: number) {
    this.closing = closing
    this.#paths = paths
    this.#toSay = paths
    this.#nextAt = now + this.#pause
  }

  get deadline(): number {
    return this.#nextAt
  }

  /** `over`: it was sent often enough. */
  tick(now: number): 'over' | 'waiting' {
    if (now < this.#nextAt) return 'waiting'
    if (--this.#left <= 0) return 'over'
    this.#toSay = this.#paths
    this.#nextAt = now + this.#pause
    return 'waiting'
  }

  /** The peer has not received the close. It gets one at most as often as it sends. */
  heardOn(path: Path): void {
    if (this.#paths.includes(path) && !this.#toSay.includes(path)) this.#toSay = this.#toSay.concat(path)
  }

  /** The next path to send the close on. */
  next(): Path | undefined {
    const [path] = this.#toSay
    if (path !== undefined) this.#toSay = this.#toSay.slice(1)
    return path
  }

  get #pause(): number {
    let pause = leastPause
    for (const { rtt } of this.#paths) pause = Math.max(pause, rtt.patience)
    return pause
  }
}
