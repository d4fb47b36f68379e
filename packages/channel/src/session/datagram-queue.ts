/**
 * Datagrams that wait to be sent: of each class those with the earliest deadline first; late ones are dropped. @module
 */
import { maxDatagramHead } from './frame-type.ts'
import { packetOverhead } from './packet.ts'

/** Octets of a packet that a datagram has not for itself: its own, the frame's, and a PING. */
export const datagramOverhead = packetOverhead + maxDatagramHead + 1

export interface QueuedDatagram {
  /** Given when it is sent first: a copy that comes by a second path is known by it. */
  number: number | undefined
  readonly class: number
  readonly deadline: number
  readonly octets: Uint8Array
  /** `two`: by a second path as well, where there is one. */
  readonly copies: 'one' | 'two'
}

export class DatagramQueue {
  readonly #limit: number
  /** By class; of those that had none yet there is no queue. */
  readonly #queues: (QueuedDatagram[] | undefined)[] = []
  #size = 0
  #dropped = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /**
   * Datagrams that were dropped: too late, more than there is room for, or longer than the path in use by then takes.
   */
  get dropped(): number {
    return this.#dropped
  }

  /** Over the limit the last of the lowest class goes, which may be this one: then `false`. */
  add(datagram: QueuedDatagram): boolean {
    const queue = (this.#queues[datagram.class] ??= [])
    let at = queue.length
    while (at > 0 && queue[at - 1]!.deadline > datagram.deadline) at--
    queue.splice(at, 0, datagram)
    this.#size++
    if (this.#size <= this.#limit) return true
    const last = this.#queues.findLast((waiting) => waiting !== undefined && waiting.length > 0)!.pop()!
    this.#forget()
    return last !== datagram
  }

  /** The next one of a class that can still arrive in time; `transit` is the least that the way takes, milliseconds. */
  first(trafficClass: number, now: number, transit: number): QueuedDatagram | undefined {
    const queue = this.#queues[trafficClass]
    if (queue === undefined) return undefined
    while (queue.length > 0 && queue[0]!.deadline < now + transit) {
      queue.shift()
      this.#forget()
    }
    return queue[0]
  }

  /** The first of the class is on its way. */
  taken(trafficClass: number): void {
    this.#queues[trafficClass]!.shift()
    this.#size--
  }

  /** The first of the class is too long for the path by which it would leave. */
  drop(trafficClass: number): void {
    this.#queues[trafficClass]!.shift()
    this.#forget()
  }

  #forget(): void {
    this.#size--
    this.#dropped++
  }
}
