/** Seals packets: numbers, encrypts and masks them; and decides when a key must be replaced. @module */
import { connectionIdOctets } from '../handshake-message.ts'
import type { ChannelCrypto, HeaderKey } from '../ports.ts'
import { type FirstPhase, ivAt, nextPhase, type PhaseKeys, wipePhase } from './direction-keys.ts'
import type { SessionLimits } from './limits.ts'
import {
  fixedBits,
  headerOctets,
  maskHeader,
  nonceOf,
  numberAt,
  phaseBit,
  recordHeaderOctets,
  writeUint32,
} from './packet.ts'

function writeRecordLength(record: Uint8Array, length: number): void {
  record[0] = length >>> 16
  record[1] = length >>> 8
  record[2] = length
}

export class Sealer {
  readonly #crypto: ChannelCrypto
  readonly #header: HeaderKey
  readonly #limits: Pick<SessionLimits, 'packetsPerKey' | 'keyAge'>
  #keys: PhaseKeys
  #phase = 0
  #packets = 0
  #since: number
  /** Whether the other side is known to have this phase's key: only then may the next one follow. */
  #confirmed = true

  constructor(
    crypto: ChannelCrypto,
    first: FirstPhase,
    limits: Pick<SessionLimits, 'packetsPerKey' | 'keyAge'>,
    now: number,
  ) {
    this.#crypto = crypto
    this.#header = first.header
    this.#limits = limits
    this.#keys = first
    this.#since = now
  }

  get phase(): number {
    return this.#phase
  }

  /** A packet of phase `phase` was acknowledged. */
  acknowledged(phase: number): void {
    if (phase === this.#phase) this.#confirmed = true
  }

  /** Whether the key is due for replacement. */
  isWorn(now: number): boolean {
    return this.#packets >= this.#limits.packetsPerKey || now - this.#since >= this.#limits.keyAge
  }

  /** Whether nothing more may be sent, because the other side never acknowledged the last change (RFC 9001 §6.6). */
  get isExhausted(): boolean {
    return this.#packets >= 2 * this.#limits.packetsPerKey
  }

  /** Moves to the next key, unless the other side may not have this one yet. */
  update(now: number): boolean {
    if (!this.#confirmed) return false
    const before = this.#keys
    this.#keys = nextPhase(this.#crypto, before)
    wipePhase(before)
    this.#phase++
    this.#packets = 0
    this.#since = now
    this.#confirmed = false
    return true
  }

  /**
   * The packet made of `draft`, which has room for the header at `headerAt` and is followed by frames, and of the frame
   * octets that continue in `behind`. With `headerAt` at `recordHeaderOctets`, a record of a byte stream.
   */
  seal(
    draft: Uint8Array,
    headerAt: number,
    behind: readonly Uint8Array[],
    connectionId: Uint8Array,
    path: number,
    number: number,
  ): Uint8Array {
    const textFrom = headerAt + headerOctets
    draft[headerAt] = fixedBits | (this.#phase % 2 === 0 ? 0 : phaseBit)
    for (let index = 0; index < connectionIdOctets; index++) draft[headerAt + 1 + index] = connectionId[index]!
    writeUint32(draft, headerAt + numberAt, number % 2 ** 32)
    this.#packets++
    const { key, octets, at } = this.#keys
    const packet = key.seal(nonceOf(octets, at + ivAt, path, number), draft, headerAt, textFrom, behind)
    if (headerAt === recordHeaderOctets) writeRecordLength(packet, packet.length - recordHeaderOctets)
    maskHeader(packet, headerAt, this.#header.mask(packet, textFrom))
    return packet
  }
}
