/**
 * Messages of a netlink datagram and their attributes (netlink(7), RFC 3549 §2.3).
 *
 *   nlmsghdr   length 4   type 2   flags 2   sequence 4   port 4     then a body, padded to 4
 *   rtattr     length 2   type 2                                     then a value, padded to 4
 *
 * Numbers are in the machine's own order, little-endian where this package runs.
 * @module
 */
const headerOctets = 16
const messageType = { error: 2, done: 3 } as const
/** NLA_F_NESTED and NLA_F_NET_BYTEORDER are no part of a type. */
const attributeTypes = 0x3fff

export interface DumpAnswer {
  /** Errno of an error message, or 0. */
  readonly error: number
  readonly end: 'done' | 'more'
}

/** Passes the body of each whole message of `type` to `take`; skips cut messages and other types. */
export function messagesOf(datagram: Uint8Array, type: number, take: (body: Uint8Array) => void): DumpAnswer {
  const view = viewOf(datagram)
  for (let at = 0; at + headerOctets <= datagram.length;) {
    const length = view.getUint32(at, true)
    if (length < headerOctets || at + length > datagram.length) break
    const found = view.getUint16(at + 4, true)
    if (found === messageType.done) return { error: 0, end: 'done' }
    if (found === messageType.error) {
      const error = length >= headerOctets + 4 ? -view.getInt32(at + headerOctets, true) : 0
      return { error, end: 'done' }
    }
    if (found === type) take(datagram.subarray(at + headerOctets, at + length))
    at += aligned(length)
  }
  return { error: 0, end: 'more' }
}

/** By type; a length that overruns ends the list. */
export function attributesOf(octets: Uint8Array | undefined): ReadonlyMap<number, Uint8Array> {
  const found = new Map<number, Uint8Array>()
  if (octets === undefined) return found
  const view = viewOf(octets)
  for (let at = 0; at + 4 <= octets.length;) {
    const length = view.getUint16(at, true)
    if (length < 4 || at + length > octets.length) break
    found.set(view.getUint16(at + 2, true) & attributeTypes, octets.subarray(at + 4, at + length))
    at += aligned(length)
  }
  return found
}

/** A request with this body. */
export function requestOf(type: number, flags: number, body: Uint8Array): Uint8Array {
  const request = new Uint8Array(headerOctets + aligned(body.length))
  const view = viewOf(request)
  view.setUint32(0, headerOctets + body.length, true)
  view.setUint16(4, type, true)
  view.setUint16(6, flags, true)
  view.setUint32(8, 1, true)
  request.set(body, headerOctets)
  return request
}

/** Padded. */
export function attributeOf(type: number, value: Uint8Array): Uint8Array {
  const attribute = new Uint8Array(4 + aligned(value.length))
  const view = viewOf(attribute)
  view.setUint16(0, 4 + value.length, true)
  view.setUint16(2, type, true)
  attribute.set(value, 4)
  return attribute
}

/** Up to the first zero. */
export function textOf(value: Uint8Array | undefined): string {
  const end = value?.indexOf(0) ?? 0
  return new TextDecoder().decode(value?.subarray(0, end < 0 ? undefined : end))
}

export const viewOf = (octets: Uint8Array): DataView =>
  new DataView(octets.buffer, octets.byteOffset, octets.byteLength)

const aligned = (length: number): number => (length + 3) & ~3
