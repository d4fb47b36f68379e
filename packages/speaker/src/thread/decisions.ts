/**
 * When best routes are chosen: for what a read of a connection brought right behind it, so that a full table does not pile
 * up; for what is more than a turn's worth, as when a session with a full table ends, in turns between other work.
 * @module
 */
import type { LocRib } from '@vagus/bgp'
import { decisionsPerTurn } from '../limits.ts'

export class Decisions {
  readonly #locRibs: Iterable<LocRib>
  #isDue = false
  #isBehind = false

  constructor(locRibs: Iterable<LocRib>) {
    this.#locRibs = locRibs
  }

  /** Choices are due. */
  due(): void {
    if (this.#isDue) return
    this.#isDue = true
    process.nextTick(() => {
      this.#isDue = false
      this.#decide()
    })
  }

  #decide(): void {
    let left = 0
    for (const locRib of this.#locRibs) left += locRib.decide(decisionsPerTurn)
    if (left === 0 || this.#isBehind) return
    this.#isBehind = true
    setImmediate(() => {
      this.#isBehind = false
      this.#decide()
    })
  }
}
