/**
 * Expressions in generated decoders that read one field. Their text contains numbers that `layoutOf` checked, never
 * received octets. `v` is the DataView of the datagram, `p0` the position of the record, and `p1`… are those of the
 * parts after variable-length fields.
 * @module
 */
import type { Place } from '../layout.ts'

/** Position of a field, plus `plus` octets. */
export const at = ({ part, offset }: Place, plus = 0): string => `p${part}+${offset + plus}`

const byLength: Record<number, (place: Place, plus: number) => string> = {
  1: (place, plus) => `v.getUint8(${at(place, plus)})`,
  2: (place, plus) => `v.getUint16(${at(place, plus)})`,
  3: (place, plus) => `(v.getUint16(${at(place, plus)})<<8|v.getUint8(${at(place, plus + 2)}))`,
  4: (place, plus) => `v.getUint32(${at(place, plus)})`,
}

/** The low 32 bits of an unsigned field of 1..8 octets (reduced-size encoding, RFC 7011 §6.2). */
export function low(place: Place): string {
  const { length } = place
  return length <= 4 ? byLength[length]!(place, 0) : byLength[4]!(place, length - 4)
}

/** The high 32 bits of such a field. */
export function high(place: Place): string {
  const { length } = place
  return length <= 4 ? '0' : byLength[length - 4]!(place, 0)
}

/** The whole field as a number; exact up to 2^53. */
export const whole = (place: Place): string =>
  place.length <= 4 ? low(place) : `(${high(place)}*4294967296+${low(place)})`

/** Word `index` (0 is the least significant) of a 16-octet address. */
export const addressWord = (place: Place, index: number): string => `v.getUint32(${at(place, 12 - 4 * index)})`
