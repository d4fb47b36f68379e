/**
 * Packets sent on a path and not acknowledged, and which of them are lost (RFC 9002 §6.1). Entries are in order of
 * their numbers, and numbers have no gaps, so an entry is found by arithmetic.
 * @module
 */
import { DecodeError } from '@vagus/wire'
import { dropFirst } from './drop-first.ts'
import type { Rtt } from './rtt.ts'
import type { Signal } from './signal.ts'

/** How many later packets must be acknowledged before an earlier one counts as lost (RFC 9002 §6.1.1). */
const reorderThreshold = 3

export interface SentPacket {
  readonly number: number
  readonly at: number
  readonly octets: number
  /** Whether it contains octets of class `bulk`. */
  readonly isBulk: boolean
  readonly phase: number
  /**
   * Stream octets it contains, in threes: stream id, first octet, octet after the last. The end of a stream counts as
   * an octet.
   */
  readonly ranges: readonly number[]
  readonly signals: readonly Signal[]
  /** The peer's largest packet number that it acknowledges; -1 if none. */
  readonly acknowledges: number
  /** Its content was queued again. It may still be acknowledged. */
  resent: boolean
}

export class Ledger {
  #entries: (SentPacket | undefined)[] = []
  /** The number of the first entry. */
  #base = 0
  #largestAcked = -1
  #waiting = 0

  get nextNumber(): number {
    return this.#base + this.#entries.length
  }

  /** Packets that the peer must acknowledge and that have not been given up. */
  get waiting(): number {
    return this.#waiting
  }

  add(packet: SentPacket): void {
    this.#entries.push(packet)
    this.#waiting++
  }

  /** A packet that the peer need not acknowledge only takes up its number. */
  skip(): void {
    this.#entries.push(undefined)
    this.#trim()
  }

  /** Packet `number`, unless it was acknowledged, was given up long ago, or needs no acknowledgement. */
  find(number: number): SentPacket | undefined {
    return this.#entries[number - this.#base]
  }

  /** The oldest packet still waiting for its acknowledgement. */
  get oldest(): SentPacket | undefined {
    if (this.#waiting === 0) return undefined
    for (const packet of this.#entries) if (packet !== undefined && !packet.resent) return packet
    return undefined
  }

  /**
   * Removes the packets `from` to `to` (inclusive), which are acknowledged, and calls `take` for each.
   * @throws {DecodeError} `bad-value` if one was never sent
   */
  acknowledge(from: number, to: number, take: (packet: SentPacket) => void): void {
    if (to >= this.nextNumber) {
      throw new DecodeError('bad-value', 0, `packet ${to} was never sent; the last was ${this.nextNumber - 1}`)
    }
    this.#largestAcked = Math.max(this.#largestAcked, to)
    for (let number = Math.max(from, this.#base); number <= to; number++) {
      const packet = this.#entries[number - this.#base]
      if (packet === undefined) continue
      this.#entries[number - this.#base] = undefined
      if (!packet.resent) this.#waiting--
      take(packet)
    }
    this.#trim()
  }

  /** Marks what is lost by now and calls `lose` for each. Returns when the next one will be lost, or `Infinity`. */
  findLost(now: number, rtt: Rtt, lose: (packet: SentPacket) => void): number {
    const { lossDelay } = rtt
    const end = Math.min(this.#largestAcked - this.#base, this.#entries.length)
    for (let index = 0; index < end; index++) {
      const packet = this.#entries[index]
      if (packet === undefined || packet.resent) continue
      const overtaken = this.#largestAcked - packet.number >= reorderThreshold
      if (!overtaken && packet.at + lossDelay > now) return packet.at + lossDelay
      this.#giveUp(packet)
      lose(packet)
    }
    return Infinity
  }

  /** Gives up all packets, because their content is sent by another path. */
  giveUpAll(lose: (packet: SentPacket) => void): void {
    for (const packet of this.#entries) {
      if (packet === undefined || packet.resent) continue
      this.#giveUp(packet)
      lose(packet)
    }
  }

  /**
   * Gives up only the oldest packet: its content is sent again to see whether anything comes back (RFC 9002 §6.2.4).
   */
  giveUpOldest(lose: (packet: SentPacket) => void): void {
    const { oldest } = this
    if (oldest === undefined) return
    this.#giveUp(oldest)
    lose(oldest)
  }

  /** Forgets packets given up so long ago that they will not be acknowledged. */
  forgetBefore(time: number): void {
    while (this.#entries[0]?.resent === true && this.#entries[0].at < time) this.#drop()
    this.#trim()
  }

  #giveUp(packet: SentPacket): void {
    packet.resent = true
    this.#waiting--
  }

  #trim(): void {
    let gone = 0
    while (gone < this.#entries.length && this.#entries[gone] === undefined) gone++
    if (gone === 0) return
    dropFirst(this.#entries, gone)
    this.#base += gone
  }

  #drop(): void {
    this.#entries.shift()
    this.#base++
  }
}
