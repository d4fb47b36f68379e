/**
 * How interfaces are metered. A router may meter packets where they come in, where they leave, or both; a record names
 * both interfaces but was made at one. The other one's traffic may be taken from it only where that interface does not
 * meter itself in that direction, else the packets would be seen twice.
 *
 * Learned from what is exported and forgotten with time, so that neither one odd record nor a change of the router's
 * configuration decides for ever: of the last thousands of records that show a direction, were enough made there?
 * @module
 */

/** The direction of traffic through an interface; also the bit of a place in the tallies. */
export const way = { in: 0, out: 1 } as const
export type Way = (typeof way)[keyof typeof way]

/** An interface meters itself when it made at least one in this many of the records that show it. */
const leastShare = 8
/** When this many were seen both tallies are halved: what is older counts less and less. */
const remembered = 4096

export class Metering {
  readonly #made: Uint16Array
  readonly #implied: Uint16Array

  /** For interfaces with slots 0..capacity-1. */
  constructor(capacity: number) {
    this.#made = new Uint16Array(capacity * 2)
    this.#implied = new Uint16Array(capacity * 2)
  }

  /** A record was made at the interface as packets went that way. */
  made(slot: number, direction: Way): void {
    this.#count(this.#made, slot * 2 + direction)
  }

  /** A record was made at one of its two interfaces, which are slots or -1, as the packets came in or as they left. */
  learn(inSlot: number, outSlot: number, at: 'entry' | 'exit'): void {
    if (inSlot >= 0) this.#count(at === 'entry' ? this.#made : this.#implied, inSlot * 2 + way.in)
    if (outSlot >= 0) this.#count(at === 'entry' ? this.#implied : this.#made, outSlot * 2 + way.out)
  }

  /** False while nothing is known. */
  metersItself(slot: number, direction: Way): boolean {
    const at = slot * 2 + direction
    return this.#made[at]! > 0 && this.#made[at]! * leastShare >= this.#implied[at]!
  }

  #count(tally: Uint16Array, at: number): void {
    tally[at]!++
    if (this.#made[at]! + this.#implied[at]! < remembered) return
    this.#made[at]! >>>= 1
    this.#implied[at]! >>>= 1
  }
}
