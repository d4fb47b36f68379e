/** Fields that only BGP-LS has: single precision, 24 bits, metrics of one to three octets, text. @module */
import { type Codec, DecodeError, type Reader } from '@vagus/wire'

const scratch = new DataView(new ArrayBuffer(4))

/** IEEE 754 single precision. Reading takes every value, also what is no number: the caller judges it. */
export const float32: Codec<number> = {
  read(r) {
    scratch.setUint32(0, r.uint32())
    return scratch.getFloat32(0)
  },
  write(w, value) {
    scratch.setFloat32(0, value)
    w.uint32(scratch.getUint32(0))
  },
}

export const uint24: Codec<number> = {
  read: (r) => readBigEndian(r, 3),
  write(w, value) {
    if (!(value >= 0 && value <= 0xff_ffff)) throw new RangeError(`value must be 0..16777215, got ${value}`)
    w.uint8(value >> 16)
    w.uint16(value & 0xffff)
  },
}

/** RFC 9552 §5.3.2.4: one octet of small IS-IS metrics, two of OSPF, three of wide IS-IS metrics. */
export const igpMetric: Codec<{ readonly metric: number; readonly octets: number }> = {
  read(r) {
    const octets = r.left
    if (octets < 1 || octets > 3) throw new DecodeError('bad-length', r.offset, `an IGP metric of ${octets} octets`)
    return { metric: readBigEndian(r, octets), octets }
  },
  write(w, { metric, octets }) {
    if (!(metric >= 0 && metric < 256 ** octets))
      throw new RangeError(`"metric" must fit ${octets} octets, got ${metric}`)
    for (let shift = 8 * (octets - 1); shift >= 0; shift -= 8) w.uint8((metric >> shift) & 255)
  },
}

function readBigEndian(r: Reader, octets: number): number {
  let value = 0
  for (let count = 0; count < octets; count++) value = value * 256 + r.uint8()
  return value
}

/** Exactly `count` elements. */
export const listOf = <T>(count: number, element: Codec<T>): Codec<readonly T[]> => ({
  read: (r) => Array.from({ length: count }, () => element.read(r)),
  write(w, values) {
    if (values.length !== count) throw new RangeError(`value must have ${count} elements, got ${values.length}`)
    for (const value of values) element.write(w, value)
  },
})

/** One character per octet, so that names in whatever encoding come back as they went. RFC 9552 asks for ASCII. */
export const text: Codec<string> = {
  read: (r) => Array.from(r.octets(r.left), (octet) => String.fromCharCode(octet)).join(''),
  write(w, value) {
    for (let at = 0; at < value.length; at++) w.uint8(value.charCodeAt(at))
  },
}
