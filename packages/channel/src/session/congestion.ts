/**
 * Limits what may be in flight on a datagram path: NewReno (RFC 9002 §7) with pacing (§7.7). Counts octets of whole
 * packets.
 * @module
 */
import type { SentPacket } from './ledger.ts'
import type { Rtt } from './rtt.ts'

const initialPackets = 10
const leastPackets = 2
/** Packets that may leave in a burst before pacing spaces the others (§7.7). */
const burst = 10
const pacingGain = 1.25

export class Congestion {
  readonly #maxPacket: number
  #window: number
  #threshold = Infinity
  #inFlight = 0
  #bulkInFlight = 0
  /** Losses of packets sent earlier belong to a congestion event already handled (§7.3.2). */
  #recoveryFrom = -Infinity
  /** Octets that may leave now; refilled at the pacing rate. */
  #allowance: number
  #filled: number

  constructor(maxPacket: number, now: number) {
    this.#maxPacket = maxPacket
    this.#window = initialPackets * maxPacket
    this.#allowance = burst * maxPacket
    this.#filled = now
  }

  get window(): number {
    return this.#window
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** Octets in flight in packets that contain bulk. */
  get bulkInFlight(): number {
    return this.#bulkInFlight
  }

  /** When the next packet of data may leave: `now` or later; `Infinity` until something is acknowledged. */
  readyAt(now: number, rtt: Rtt): number {
    if (this.#inFlight + this.#maxPacket > this.#window) return Infinity
    const rate = this.#rate(rtt)
    this.#allowance = Math.min(burst * this.#maxPacket, this.#allowance + (now - this.#filled) * rate)
    this.#filled = now
    return this.#allowance >= this.#maxPacket ? now : now + (this.#maxPacket - this.#allowance) / rate
  }

  /** Pacing rate in octets per millisecond. */
  #rate(rtt: Rtt): number {
    return (pacingGain * this.#window) / Math.max(rtt.smoothed ?? rtt.latest, 0.1)
  }

  sent({ octets, isBulk }: SentPacket): void {
    this.#inFlight += octets
    if (isBulk) this.#bulkInFlight += octets
    this.#allowance = Math.max(this.#allowance - octets, -this.#window)
  }

  /** @param limited whether data was waiting for this window: an unused window does not grow (§7.8) */
  acknowledged(packet: SentPacket, limited: 'by the window' | 'by the sender'): void {
    const { octets, at } = packet
    this.forgotten(packet)
    if (limited === 'by the sender' || at <= this.#recoveryFrom) return
    if (this.#window < this.#threshold) this.#window += octets
    else this.#window += (this.#maxPacket * octets) / this.#window
  }

  lost(packet: SentPacket, now: number): void {
    this.forgotten(packet)
    if (packet.at <= this.#recoveryFrom) return
    this.#recoveryFrom = now
    this.#window = Math.max(this.#window / 2, leastPackets * this.#maxPacket)
    this.#threshold = this.#window
  }

  /** Given up without an acknowledgement or a loss: only removes the octets in flight. */
  forgotten({ octets, isBulk }: SentPacket): void {
    this.#inFlight -= octets
    if (isBulk) this.#bulkInFlight -= octets
  }

  /** Persistent congestion: nothing came back for several timeouts, so restart from the minimum window (§7.6). */
  collapse(): void {
    this.#window = leastPackets * this.#maxPacket
    this.#recoveryFrom = -Infinity
  }
}
