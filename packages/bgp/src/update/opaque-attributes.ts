/**
 * Attributes that are passed on as they are, once their form is right: Tunnel Encapsulation (RFC 9012 §2), Prefix-SID
 * (RFC 8669 §3) and AIGP (RFC 7311 §3).
 * @module
 */
import { type Codec, DecodeError, Reader } from '@vagus/wire'
import type { AigpTlv } from './path-attributes.ts'

const aigpMetric = { type: 1, octets: 11 } as const

/** The length of a TLV counts its own three octets. @throws {DecodeError} */
export const aigp: Codec<readonly AigpTlv[]> = {
  read(r) {
    const tlvs: AigpTlv[] = []
    while (r.left > 0) {
      const at = r.offset
      const [type, length] = [r.uint8(), r.uint16()]
      if (length < 3 || (type === aigpMetric.type && length !== aigpMetric.octets)) {
        throw new DecodeError('bad-length', at + 1, `an AIGP TLV of type ${type} cannot have ${length} octets`)
      }
      tlvs.push({ type, value: r.octets(length - 3) })
    }
    return tlvs
  },
  write(w, tlvs) {
    for (const { type, value } of tlvs) {
      w.uint8(type)
      w.uint16(value.length + 3)
      w.octets(value)
    }
  },
}

/** Octets kept as they are, once `check` has found the right form in them. */
const checked = (check: (octets: Uint8Array) => void): Codec<Uint8Array> => ({
  read(r) {
    const octets = r.octets(r.left)
    check(octets)
    return octets
  },
  write: (w, value) => w.octets(value),
})

/** Tunnel TLVs (type 2, length 2) of sub-TLVs whose length has two octets from type 128 on (RFC 9012 §2). */
export const tunnelEncapsulation = checked((octets) => {
  const r = new Reader(octets)
  while (r.left > 0) {
    r.skip(2)
    const tunnel = r.sub(r.uint16())
    while (tunnel.left > 0) tunnel.skip(tunnel.uint8() < 128 ? tunnel.uint8() : tunnel.uint16())
  }
})

/** RFC 8669 §3.1: Label-Index has 7 octets; §3.2: Originator SRGB has 2 and a multiple of 6. */
export const prefixSid = checked((octets) => {
  const r = new Reader(octets)
  while (r.left > 0) {
    const at = r.offset
    const [type, length] = [r.uint8(), r.uint16()]
    const isWrong = (type === 1 && length !== 7) || (type === 3 && (length < 8 || (length - 2) % 6 !== 0))
    if (isWrong)
      throw new DecodeError('bad-length', at + 1, `a Prefix-SID TLV of type ${type} has not ${length} octets`)
    r.skip(length)
  }
})
