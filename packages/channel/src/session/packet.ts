/**
 * The layout of a packet, the same on every kind of path. On a byte stream it is preceded by three octets of length.
 *
 *   0      01 k 00000   k: the phase of the key; the low five bits are masked, so all of them look random
 *   1..8   connection id
 *   9..12  the low 32 bits of the packet number, masked
 *   13..   frames, encrypted, and the tag of 16
 *
 * The mask is the header key's block over the first 16 encrypted octets (RFC 9001 §5.4). The nonce is the IV XOR path
 * id (32 bits) and packet number (64 bits), so one key serves all paths (draft-ietf-quic-multipath §2.4).
 * @module
 */
import { connectionIdOctets } from '../handshake-message.ts'
import { tagOctets } from '../noise/symmetric-state.ts'

export const numberAt = 1 + connectionIdOctets
export const headerOctets = numberAt + 4
/** Octets that a packet adds to its frames. */
export const packetOverhead = headerOctets + tagOctets
export const fixedBits = 0x40
export const phaseBit = 0x20
const maskedBits = 0x1f | phaseBit
/** Octets of length before a packet on a byte stream. */
export const recordHeaderOctets = 3
/** The last packet number, so that no nonce repeats. Doubles count exactly up to 2^53. */
export const maxPacketNumber = 2 ** 53 - 2
const window = 2 ** 32

/** Whether it may be a packet of a session; if not, it is a handshake message or invalid. */
export function isOfSession(packet: Uint8Array): boolean {
  return packet.length >= packetOverhead && (packet[0]! & 0xc0) === fixedBits
}

/** The connection id of a packet; `undefined` if it is not one, for instance a handshake message. */
export function connectionIdOf(packet: Uint8Array): Uint8Array | undefined {
  return isOfSession(packet) ? packet.subarray(1, numberAt) : undefined
}

/** Masks or unmasks the header at `at`: the operation is its own inverse. */
export function maskHeader(packet: Uint8Array, at: number, mask: Uint8Array): void {
  packet[at]! ^= mask[0]! & maskedBits
  for (let index = 0; index < 4; index++) packet[at + numberAt + index]! ^= mask[1 + index]!
}

export function writeUint32(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 24
  octets[at + 1] = value >>> 16
  octets[at + 2] = value >>> 8
  octets[at + 3] = value
}

export function readUint32(octets: Uint8Array, at: number): number {
  return octets[at]! * 0x100_0000 + ((octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!)
}

/** The packet number nearest to `expected` that has these low 32 bits (RFC 9000 §A.3). */
export function wholeNumber(low: number, expected: number): number {
  const candidate = expected - (expected % window) + low
  if (candidate + window / 2 <= expected && candidate + window <= maxPacketNumber) return candidate + window
  if (candidate > expected + window / 2 && candidate >= window) return candidate - window
  return candidate
}

/** Shared by all calls: it is used before the next call. */
const nonce = new Uint8Array(12)

/** The nonce of a packet, 12 octets, valid until the next call. The IV lies in `octets` at `ivAt`. */
export function nonceOf(octets: Uint8Array, ivAt: number, path: number, number: number): Uint8Array {
  writeUint32(nonce, 0, path)
  writeUint32(nonce, 4, Math.floor(number / window))
  writeUint32(nonce, 8, number % window)
  for (let index = 0; index < 12; index++) nonce[index]! ^= octets[ivAt + index]!
  return nonce
}
