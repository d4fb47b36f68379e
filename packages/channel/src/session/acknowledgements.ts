/** Tracks which packets of a path arrived: what to acknowledge, and what is a duplicate (RFC 9000 §13.2). @module */
import { Ranges } from './ranges.ts'

/** Maximum ranges remembered; packets below the lowest count as duplicates. Each loss makes one more range. */
const maxRanges = 64
/** Milliseconds an acknowledgement waits for other content to travel with. */
const maxDelay = 2
/** Octets acknowledged together on a reliable path, where nothing is lost and windows are large. */
const together = 192 << 10
/** How many packets may overtake another before it counts as a duplicate. */
const reordered = 64
/** Maximum ranges in one frame, the highest ones. */
export const maxAckRanges = 24

export class Acknowledgements {
  readonly arrived = new Ranges()
  #floor = 0
  #largest = -1
  #largestAt = 0
  /** When an acknowledgement is due; `Infinity` if none is owed. */
  #dueAt = Infinity
  #unacknowledged = 0
  #octets = 0

  get largest(): number {
    return this.#largest
  }

  get largestAt(): number {
    return this.#largestAt
  }

  /** When the peer must have an acknowledgement; `Infinity` if it waits for none. */
  get dueAt(): number {
    return this.#dueAt
  }

  /** Whether packet `number` is, or may be, a duplicate. */
  isRepeated(number: number): boolean {
    return number < this.#floor || this.arrived.has(number)
  }

  record(number: number, now: number): void {
    this.arrived.add(number, number + 1)
    if (number > this.#largest) {
      this.#largest = number
      this.#largestAt = now
    }
    if (this.arrived.count > maxRanges) {
      this.#floor = this.arrived.to(0)
      this.arrived.dropFirst()
    }
  }

  /**
   * The packet that arrived must be acknowledged: soon, or at once if it is the second one; on a reliable path, once
   * `together` octets have arrived.
   */
  owe(octets: number, way: 'reliable' | 'datagrams', now: number): void {
    this.#unacknowledged++
    this.#octets += octets
    const isMuch = way === 'reliable' ? this.#octets >= together : this.#unacknowledged >= 2
    this.#dueAt = Math.min(this.#dueAt, isMuch || this.arrived.count > 1 ? now : now + maxDelay)
  }

  /** The peer asked for an acknowledgement at once, because it measures or waits. */
  hurry(): void {
    this.#unacknowledged++
    this.#octets += together
  }

  told(): void {
    this.#dueAt = Infinity
    this.#unacknowledged = 0
    this.#octets = 0
  }

  /** The peer knows that everything up to `number` was acknowledged, so those ranges need not be reported again. */
  settledTo(number: number): void {
    const last = this.arrived.count - 1
    // The highest range stays, because it holds the largest number; so do numbers that may still arrive out of order.
    const end = last < 0 ? 0 : Math.min(number - reordered, this.arrived.from(last))
    if (end <= this.#floor) return
    this.arrived.remove(0, end)
    this.#floor = end
  }
}
