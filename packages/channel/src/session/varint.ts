/**
 * Numbers of 1, 2, 4 or 8 octets (RFC 9000 §16), and cursors to write and read them in place: packets are composed and
 * parsed without an object for each frame.
 * @module
 */
import { DecodeError } from '@vagus/wire'

/** Octets needed for `value`, 0..2^53-1. */
export function varintOctets(value: number): 1 | 2 | 4 | 8 {
  return value < 0x40 ? 1 : value < 0x4000 ? 2 : value < 0x4000_0000 ? 4 : 8
}

/** Writes into existing octets; the caller ensures that there is room. */
export class FrameWriter {
  readonly octets: Uint8Array
  at: number
  /** Nothing is written from this offset on. */
  end: number

  constructor(octets: Uint8Array) {
    this.octets = octets
    this.at = 0
    this.end = octets.length
  }

  get room(): number {
    return this.end - this.at
  }

  uint8(value: number): void {
    this.octets[this.at++] = value
  }

  varint(value: number): void {
    const { octets } = this
    if (value < 0x40) {
      octets[this.at++] = value
    } else if (value < 0x4000) {
      octets[this.at++] = 0x40 | (value >>> 8)
      octets[this.at++] = value & 0xff
    } else if (value < 0x4000_0000) {
      octets[this.at++] = 0x80 | (value >>> 24)
      octets[this.at++] = (value >>> 16) & 0xff
      octets[this.at++] = (value >>> 8) & 0xff
      octets[this.at++] = value & 0xff
    } else {
      const high = Math.floor(value / 0x1_0000_0000)
      octets[this.at++] = 0xc0 | (high >>> 24)
      octets[this.at++] = (high >>> 16) & 0xff
      octets[this.at++] = (high >>> 8) & 0xff
      octets[this.at++] = high & 0xff
      octets[this.at++] = (value >>> 24) & 0xff
      octets[this.at++] = (value >>> 16) & 0xff
      octets[this.at++] = (value >>> 8) & 0xff
      octets[this.at++] = value & 0xff
    }
  }

  copy(value: Uint8Array): void {
    this.octets.set(value, this.at)
    this.at += value.length
  }
}

/** Reads octets written by a peer; checks every bound. */
export class FrameReader {
  readonly #octets: Uint8Array
  #at = 0

  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  get left(): number {
    return this.#octets.length - this.#at
  }

  uint8(): number {
    return this.#octets[this.#take(1)]!
  }

  /** @throws {DecodeError} `bad-value` from 2^53 on: no counter gets there */
  varint(): number {
    const octets = this.#octets
    const first = this.uint8()
    const size = first >>> 6
    if (size === 0) return first
    let at = this.#take((1 << size) - 1)
    let value = first & 0x3f
    for (const end = this.#at; at < end; at++) value = value * 256 + octets[at]!
    if (value > Number.MAX_SAFE_INTEGER) throw new DecodeError('bad-value', at, `${value} is more than 2^53-1`)
    return value
  }

  /** A view, not a copy. */
  view(count: number): Uint8Array {
    const at = this.#take(count)
    return this.#octets.subarray(at, at + count)
  }

  /** Skips zeros, which pad a packet. */
  skipZeros(): void {
    while (this.#octets[this.#at] === 0) this.#at++
  }

  #take(count: number): number {
    const at = this.#at
    if (count > this.#octets.length - at) {
      throw new DecodeError('truncated', at, `${count} octets needed, ${this.#octets.length - at} left`)
    }
    this.#at = at + count
    return at
  }
}
