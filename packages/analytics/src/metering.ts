/**
 * How interfaces are metered. A router may meter packets on entry, on exit, or both; a record names both interfaces but
 * was made at one. It may count as traffic of the other only if that interface does not meter that direction itself;
 * otherwise the packets would be counted twice.
 *
 * This is learned from the exported records and forgotten with time, so that neither a single odd record nor a change
 * of the router's configuration decides permanently: of the last thousands of records that show a direction, were
 * enough made at that interface?
 * @module
 */

/** Direction of traffic through an interface; also a bit of the index in the tallies. */
export const way = { in: 0, out: 1 } as const
export type Way = (typeof way)[keyof typeof way]

/** An interface meters itself when it made at least one in this many of the records that show it. */
const leastShare = 8
/** Records after which both tallies are halved, so that older records count less and less. */
const remembered = 4096

export class Metering {
  readonly #made: Uint16Array
  readonly #implied: Uint16Array

  /** For interfaces with slots 0..capacity-1. */
  constructor(capacity: number) {
    this.#made = new Uint16Array(capacity * 2)
    this.#implied = new Uint16Array(capacity * 2)
  }

  /** Adds a record that was made at the interface for packets in that direction. */
  made(slot: number, direction: Way): void {
    this.#count(this.#made, slot * 2 + direction)
  }

  /** Adds a record that was made at one of its two interfaces (slots or -1) on entry or exit of the packets. */
  learn(inSlot: number, outSlot: number, at: 'entry' | 'exit'): void {
    if (inSlot >= 0) this.#count(at === 'entry' ? this.#made : this.#implied, inSlot * 2 + way.in)
    if (outSlot >= 0) this.#count(at === 'entry' ? this.#implied : this.#made, outSlot * 2 + way.out)
  }

  /** Returns false while nothing is known. */
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
