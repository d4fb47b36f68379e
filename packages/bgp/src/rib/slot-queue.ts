/**
 * Slots that wait for their turn, each once, first in first out; the room of those that had theirs is used again.
 * @module
 */
import { grown } from '../update/attribute-facts.ts'

export class SlotQueue {
  #slots = new Uint32Array(64)
  #from = 0
  #isIn = new Uint8Array(64)
  length = 0

  has(slot: number): boolean {
    return this.#isIn[slot] === 1
  }

  /** False when the slot waits already. */
  push(slot: number): boolean {
    if (slot >= this.#isIn.length) {
      this.#isIn = grown(this.#isIn, new Uint8Array(2 ** Math.ceil(Math.log2(slot + 1))))
    }
    if (this.#isIn[slot] === 1) return false
    this.#isIn[slot] = 1
    if (this.length === this.#slots.length) this.#grow()
    this.#slots[(this.#from + this.length++) & (this.#slots.length - 1)] = slot
    return true
  }

  /** The slot that waits longest. The queue must not be empty. */
  shift(): number {
    const slot = this.#slots[this.#from]!
    this.#from = (this.#from + 1) & (this.#slots.length - 1)
    this.length--
    this.#isIn[slot] = 0
    return slot
  }

  #grow(): void {
    const before = this.#slots
    this.#slots = new Uint32Array(before.length * 2)
    this.#slots.set(before.subarray(this.#from))
    this.#slots.set(before.subarray(0, this.#from), before.length - this.#from)
    this.#from = 0
  }
}
