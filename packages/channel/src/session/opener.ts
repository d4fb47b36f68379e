/**
 * Opens arriving packets: unmasks and decrypts them with the key of this phase, the previous or the next one. @module
 */
import type { ChannelCrypto, HeaderKey } from '../ports.ts'
import { type FirstPhase, ivAt, nextPhase, type PhaseKeys, wipePhase } from './direction-keys.ts'
import { headerOctets, maskHeader, nonceOf, numberAt, phaseBit, readUint32 } from './packet.ts'

/** Milliseconds for which the previous phase's key still opens reordered packets (RFC 9001 §6.5: three PTO). */
const keepPrevious = 3_000

export class Opener {
  readonly #crypto: ChannelCrypto
  readonly #header: HeaderKey
  #keys: PhaseKeys
  #previous: PhaseKeys | undefined
  #previousUntil = 0
  /** Derived when a packet asks for it, and kept: a forger can make us derive it only once. */
  #next: PhaseKeys | undefined
  #phase = 0

  constructor(crypto: ChannelCrypto, first: FirstPhase) {
    this.#crypto = crypto
    this.#header = first.header
    this.#keys = first
  }

  get phase(): number {
    return this.#phase
  }

  /** Unmasks the header of `packet` in place, and returns the low 32 bits of the packet number. */
  unmask(packet: Uint8Array): number {
    maskHeader(packet, 0, this.#header.mask(packet, headerOctets))
    return readUint32(packet, numberAt)
  }

  /** The frames of an unmasked `packet`; `undefined` if it is not authentic. */
  open(packet: Uint8Array, path: number, number: number, now: number): Uint8Array | undefined {
    const odd = (packet[0]! & phaseBit) !== 0
    if (odd === (this.#phase % 2 === 1)) return this.#openWith(this.#keys, packet, path, number)
    if (this.#previous !== undefined && now < this.#previousUntil) {
      const frames = this.#openWith(this.#previous, packet, path, number)
      if (frames !== undefined) return frames
    }
    this.#next ??= nextPhase(this.#crypto, this.#keys)
    const frames = this.#openWith(this.#next, packet, path, number)
    if (frames === undefined) return undefined
    if (this.#previous !== undefined) wipePhase(this.#previous)
    this.#previous = this.#keys
    this.#previousUntil = now + keepPrevious
    this.#keys = this.#next
    this.#next = undefined
    this.#phase++
    return frames
  }

  #openWith(keys: PhaseKeys, packet: Uint8Array, path: number, number: number): Uint8Array | undefined {
    return keys.key.open(nonceOf(keys.octets, keys.at + ivAt, path, number), packet, headerOctets)
  }
}
