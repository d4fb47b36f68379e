/**
 * The header of every message (RFC 4271 §4.1) and the errors in it (§6.1).
 *
 *   octets  16              2       1
 *           marker, all 1s  length  type
 *
 * @module
 */
import type { Writer } from '@vagus/wire'
import { maxExtendedMessageOctets, maxMessageOctets } from '../limits.ts'
import { errorCode, headerSubcode, messageType } from '../registry.ts'
import { type Malformed, malformed } from './notification.ts'

export const headerOctets = 19

/** The longest message that may be sent or received: RFC 8654 was negotiated or not. */
export type MaxLength = typeof maxMessageOctets | typeof maxExtendedMessageOctets

export interface Header {
  readonly type: number
  /** Octets of the whole message, header included. */
  readonly length: number
}

/** Fewest octets of a message, by type (RFC 4271 §6.1, RFC 2918 §3). */
const fewestOf = new Map<number, number>([
  [messageType.open, 29],
  [messageType.update, 23],
  [messageType.notification, 21],
  [messageType.keepalive, 19],
  [messageType.routeRefresh, 23],
])
const fewest: readonly (number | undefined)[] = Array.from({ length: 256 }, (_, type) => fewestOf.get(type))

/**
 * The header from `octets[at]` on, or what is wrong with it; undefined while it is not there yet. The length is judged
 * before any octet of the body is waited for.
 */
export function readHeader(
  octets: Uint8Array,
  at: number,
  end: number,
  most: MaxLength,
): Header | Malformed | undefined {
  if (end - at < headerOctets) return undefined
  const type = octets[at + 18]!
  const right = rightLength(octets, at, most)
  if (right > 0) return { type, length: right }
  if (!isMarked(octets, at)) {
    return malformed(errorCode.header, headerSubcode.notSynchronized, 'the marker is not all ones')
  }
  const least = fewest[type]
  if (least === undefined) {
    const problem = `message type ${type} is none of 1..5`
    return malformed(errorCode.header, headerSubcode.badType, problem, octets.slice(at + 18, at + 19))
  }
  const problem = `a message of type ${type} has ${least}..${mostOf(type, most)} octets, not ${lengthAt(octets, at)}`
  return malformed(errorCode.header, headerSubcode.badLength, problem, octets.slice(at + 16, at + 18))
}

/** Octets of the message whose whole header begins at `octets[at]`; 0 when something is wrong with it. */
export function rightLength(octets: Uint8Array, at: number, most: MaxLength): number {
  const type = octets[at + 18]!
  const least = fewest[type]
  const length = lengthAt(octets, at)
  if (least === undefined || length < least || length > mostOf(type, most)) return 0
  return isMarked(octets, at) ? length : 0
}

const lengthAt = (octets: Uint8Array, at: number): number => octets[at + 16]! * 256 + octets[at + 17]!

function isMarked(octets: Uint8Array, at: number): boolean {
  for (let index = at; index < at + 16; index++) if (octets[index] !== 0xff) return false
  return true
}

/** OPEN and KEEPALIVE are never longer for RFC 8654 (§4). */
function mostOf(type: number, most: MaxLength): number {
  if (type === messageType.keepalive) return headerOctets
  return type === messageType.open ? maxMessageOctets : most
}

/** Writes marker, length and type. */
export function writeHeader(w: Writer, header: Header): void {
  w.octets(marker)
  w.uint16(header.length)
  w.uint8(header.type)
}

const marker = new Uint8Array(16).fill(0xff)
