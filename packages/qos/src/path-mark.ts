/**
 * The mark of one path of a session: the code point of the most urgent service that it carried lately. All packets of a path
 * have the same mark at a time, because routers let packets of one mark overtake those of another, and a sender takes what
 * was overtaken for lost (RFC 7657 §5.2). It rises at once, and falls once nothing as urgent was sent for a while.
 * @module
 */
import { type ServiceName, serviceNames, services } from './service.ts'

/** Milliseconds without anything as urgent, after which the mark falls: an answer and its next request keep it. */
export const quietMs = 2000

const none = serviceNames.length

export class PathMark {
  #rank = none
  #seenAt = -Infinity
  /** What was sent since `#seenAt`, less urgent than the mark. */
  #below = none

  /**
   * The code point of a packet, 0..63; 0 before the first with content.
   * @param name of its most urgent content; `undefined`: it carries none, such as an acknowledgement
   * @param now milliseconds since 1970
   */
  of(name: ServiceName | undefined, now: number): number {
    const rank = name === undefined ? none : serviceNames.indexOf(name)
    if (rank <= this.#rank && rank < none) this.#set(rank, now)
    else {
      this.#below = Math.min(this.#below, rank)
      if (this.#below < none && Math.abs(now - this.#seenAt) >= quietMs) this.#set(this.#below, now)
    }
    return this.#rank === none ? 0 : services[serviceNames[this.#rank]!].dscp
  }

  #set(rank: number, now: number): void {
    this.#rank = rank
    this.#seenAt = now
    this.#below = none
  }
}
