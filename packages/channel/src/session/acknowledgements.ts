/** Which packets of a path arrived: what is acknowledged, and what is a repetition (RFC 9000 §13.2). @module */
import { Ranges } from './ranges.ts'

/** Ranges that are remembered; packets below the lowest are taken for repetitions. Loss makes one range each. */
const maxRanges = 64
/** Milliseconds that an acknowledgement waits for something to travel with. */
const maxDelay = 2
/** Octets that are acknowledged together on a reliable path, where nothing is lost and a window is large. */
const together = 192 << 10
/** Packets that may overtake another without its being taken for a repetition. */
const reordered = 64
/** Of the ranges the highest are told in one frame. */
export const maxAckRanges = 24

export class Acknowledgements {
  readonly arrived = new Ranges()
  #floor = 0
  #largest = -1
  #largestAt = 0
  /** When an acknowledgement is due; `Infinity`: none is owed. */
  #dueAt = Infinity
  #unacknowledged = 0
  #octets = 0

  get largest(): number {
    return this.#largest
  }

  get largestAt(): number {
    return this.#largestAt
  }

  /** When the peer must have an acknowledgement; `Infinity`: it waits for none. */
  get dueAt(): number {
    return this.#dueAt
  }

  /** Whether packet `number` came before, or might have. */
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
   * The packet that came has to be acknowledged: soon, and at once with the second one, on a reliable path with those
   * that make `together`.
   */
  owe(octets: number, way: 'reliable' | 'datagrams', now: number): void {
    this.#unacknowledged++
    this.#octets += octets
    const isMuch = way === 'reliable' ? this.#octets >= together : this.#unacknowledged >= 2
    this.#dueAt = Math.min(this.#dueAt, isMuch || this.arrived.count > 1 ? now : now + maxDelay)
  }

  /** The peer asked for an acknowledgement: it measures, or waits. */
  hurry(): void {
    this.#unacknowledged++
    this.#octets += together
  }

  told(): void {
    this.#dueAt = Infinity
    this.#unacknowledged = 0
    this.#octets = 0
  }

  /** The peer knows that all up to `number` was acknowledged: those ranges need not be told again. */
  settledTo(number: number): void {
    const last = this.arrived.count - 1
    // The highest range stays: it says what the largest is. What may still come out of order stays, too.
    const end = last < 0 ? 0 : Math.min(number - reordered, this.arrived.from(last))
    if (end <= this.#floor) return
    this.arrived.remove(0, end)
    this.#floor = end
  }
}
