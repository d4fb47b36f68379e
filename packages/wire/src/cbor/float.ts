/** CBOR floats (RFC 8949 §3.3): read in three sizes, written in the shortest that fits the value (§4.2.2). @module */
import type { Writer } from '../writer.ts'

const scratch = new DataView(new ArrayBuffer(8))

/** binary16 (IEEE 754): sign, 5 bits of exponent, 10 of fraction. */
export function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** The bits of `value` as binary16; undefined when binary16 cannot represent it. */
function bits16(value: number): number | undefined {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size === Infinity) return sign | 0x7c00
  if (size >= 65_536) return undefined
  const exponent = Math.max(-14, exponentOf(size))
  const units = size / 2 ** (exponent - 10)
  if (!Number.isInteger(units)) return undefined
  // The leading bit of a normal number adds one to the exponent field; a subnormal has none.
  return sign | (((exponent + 14) << 10) + units)
}

/** floor(log2) of a finite number above 0, exactly; -1023 for zero and for subnormals of binary64. */
function exponentOf(size: number): number {
  scratch.setFloat64(0, size)
  return ((scratch.getUint16(0) >> 4) & 0x7ff) - 1023
}

export function writeFloat(w: Writer, value: number): void {
  const half = Number.isNaN(value) ? 0x7e00 : bits16(value)
  if (half !== undefined) {
    w.uint8(0xf9)
    w.uint16(half)
  } else if (Math.fround(value) === value) {
    scratch.setFloat32(0, value)
    w.uint8(0xfa)
    w.uint32(scratch.getUint32(0))
  } else {
    scratch.setFloat64(0, value)
    w.uint8(0xfb)
    w.uint64(scratch.getBigUint64(0))
  }
}
