/**
 * Datagrams waiting to be sent: in each class, earliest deadline first; late ones are dropped. @module
 */
import { maxDatagramHead } from './frame-type.ts'
import { packetOverhead } from './packet.ts'

/** Octets of a packet that are not available to a datagram: packet and frame overhead, and a PING. */
export const datagramOverhead = packetOverhead + maxDatagramHead + 1

export interface QueuedDatagram {
  /** Assigned when first sent. It identifies a copy that arrives by a second path. */
  number: number | undefined
  readonly class: number
  readonly deadline: number
  readonly octets: Uint8Array
  /** `two`: also by a second path, if there is one. */
  readonly copies: 'one' | 'two'
}

export class DatagramQueue {
  readonly #limit: number
  /** By class; undefined for a class that has not been used yet. */
  readonly #queues: (QueuedDatagram[] | undefined)[] = []
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** At the limit, the last datagram of the lowest class is dropped. `false` if that is this one. */
  add(datagram: QueuedDatagram): boolean {
    const queue = (this.#queues[datagram.class] ??= [])
    let at = queue.length
    while (at > 0 && queue[at - 1]!.deadline > datagram.deadline) at--
    queue.splice(at, 0, datagram)
    this.#size++
    if (this.#size <= this.#limit) return true
    const last = this.#queues.findLast((waiting) => waiting !== undefined && waiting.length > 0)!.pop()!
    this.#size--
    return last !== datagram
  }

  /**
   * The next datagram of a class that can still arrive in time. `transit` is the least one-way time in milliseconds.
   */
  first(trafficClass: number, now: number, transit: number): QueuedDatagram | undefined {
    const queue = this.#queues[trafficClass]
    if (queue === undefined) return undefined
    while (queue.length > 0 && queue[0]!.deadline < now + transit) {
      queue.shift()
      this.#size--
    }
    return queue[0]
  }

  /** Those of a class that wait, earliest deadline first. */
  of(trafficClass: number): readonly QueuedDatagram[] {
    return this.#queues[trafficClass] ?? []
  }

  /** Removes the first datagram of the class: it was sent, or is too long for the path by which it would leave. */
  remove(trafficClass: number): void {
    this.#queues[trafficClass]!.shift()
    this.#size--
  }
}
