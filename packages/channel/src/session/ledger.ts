/**
 * What was sent on a path and is not acknowledged, and which of it is lost (RFC 9002 §6.1). Entries stay in order of
 * their numbers, and numbers are used without gaps, so an entry is found by arithmetic.
 * @module
 */
import { DecodeError } from '@vagus/wire'
import { dropFirst } from './drop-first.ts'
import type { Rtt } from './rtt.ts'
import type { Signal } from './signal.ts'

/** Later packets that were acknowledged before an earlier one counts as lost (RFC 9002 §6.1.1). */
const reorderThreshold = 3

export interface SentPacket {
  readonly number: number
  readonly at: number
  readonly octets: number
  /** Whether octets of class `bulk` are in it. */
  readonly isBulk: boolean
  readonly phase: number
  /** Stream octets inside, in threes: stream id, first octet, behind-last; the end of a stream counts as an octet. */
  readonly ranges: readonly number[]
  readonly signals: readonly Signal[]
  /** The largest packet number of the peer that it acknowledges; -1: none. */
  readonly acknowledges: number
  /** Its content was queued again; an acknowledgement may come all the same. */
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

  /** Packets that the peer has to acknowledge and that are not given up. */
  get waiting(): number {
    return this.#waiting
  }

  add(packet: SentPacket): void {
    this.#entries.push(packet)
    this.#waiting++
  }

  /** A packet that the peer need not acknowledge: it takes its number, nothing else. */
  skip(): void {
    this.#entries.push(undefined)
    this.#trim()
  }

  /** Packet `number`, unless it was acknowledged, given up long ago, or needs no acknowledgement. */
  find(number: number): SentPacket | undefined {
    return this.#entries[number - this.#base]
  }

  /** The oldest packet whose acknowledgement is waited for. */
  get oldest(): SentPacket | undefined {
    if (this.#waiting === 0) return undefined
    for (const packet of this.#entries) if (packet !== undefined && !packet.resent) return packet
    return undefined
  }

  /**
   * Takes out what `from` to `to` (inclusive) acknowledges and calls `take` for each.
   * @throws {DecodeError} `bad-value` when it was never sent
   */
  acknowledge(from: number, to: number, take: (packet: SentPacket) => void): void {
    if (to >= this.nextNumber) {
      throw new DecodeError('bad-value', 0, `packet ${to} was never sent, ${this.nextNumber - 1} was the last`)
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

  /** Marks what is lost by now and calls `lose` for each; returns when the next one will be, or `Infinity`. */
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

  /** Gives up everything, because it is sent by another path. */
  giveUpAll(lose: (packet: SentPacket) => void): void {
    for (const packet of this.#entries) {
      if (packet === undefined || packet.resent) continue
      this.#giveUp(packet)
      lose(packet)
    }
  }

  /** Gives up the oldest alone: it is sent again to see whether anything comes back (RFC 9002 §6.2.4). */
  giveUpOldest(lose: (packet: SentPacket) => void): void {
    const { oldest } = this
    if (oldest === undefined) return
    this.#giveUp(oldest)
    lose(oldest)
  }

  /** Forgets what was given up so long ago that no acknowledgement will come. */
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
