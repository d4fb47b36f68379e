/**
 * The presentation language of MLS: vectors with a length of variable size, and optional values (RFC 9420 §2.1). Every
 * value has exactly one encoding, so what was decoded can be encoded again for a signature or a hash.
 * @module
 */
import { type Codec, DecodeError, list, type Reader, rest, uint16, Writer } from '@vagus/wire'

/** @throws {DecodeError} `bad-value` on a length that is not in its shortest form (§2.1.2) */
export function readLength(r: Reader): number {
  const at = r.offset
  const first = r.uint8()
  const prefix = first >> 6
  if (prefix === 0) return first
  if (prefix === 1) return checkedLength(at, ((first & 0x3f) << 8) | r.uint8(), 0x40)
  if (prefix === 2) return checkedLength(at, (first & 0x3f) * 0x100_0000 + (r.uint8() << 16) + r.uint16(), 0x4000)
  throw new DecodeError('bad-value', at, 'a length begins with the bits 00, 01 or 10, not 11')
}

function checkedLength(at: number, length: number, least: number): number {
  if (length < least) throw new DecodeError('bad-value', at, `the length ${length} is not in its shortest form`)
  return length
}

/** @throws {RangeError} from 2^30 on */
export function writeLength(w: Writer, length: number): void {
  if (length < 0x40) w.uint8(length)
  else if (length < 0x4000) w.uint16(0x4000 | length)
  else if (length < 0x4000_0000) w.uint32(0x8000_0000 + length)
  else throw new RangeError(`a vector has less than 2^30 octets, not ${length}`)
}

/** How many octets `writeLength` writes. */
export const lengthOctets = (length: number): number => (length < 0x40 ? 1 : length < 0x4000 ? 2 : 4)

/** `inner` behind its length in octets, all of which it must consume. */
export const vector = <T>(inner: Codec<T>): Codec<T> => ({
  read(r) {
    const body = r.sub(readLength(r))
    const value = inner.read(body)
    body.end()
    return value
  },
  write(w, value) {
    const body = new Writer()
    inner.write(body, value)
    const octets = body.finish()
    writeLength(w, octets.length)
    w.octets(octets)
  },
})

/** `opaque<V>`. */
export const opaque: Codec<Uint8Array> = {
  read: (r) => r.octets(readLength(r)),
  write(w, value) {
    writeLength(w, value.length)
    rest.write(w, value)
  },
}

export const vectorOf = <T>(element: Codec<T>): Codec<readonly T[]> => vector(list(element))

export const uint16s: Codec<readonly number[]> = vectorOf(uint16)

/** `optional<T>` (§2.1.1). */
export const optional = <T>(inner: Codec<T>): Codec<T | undefined> => ({
  read(r) {
    const at = r.offset
    const present = r.uint8()
    if (present > 1) throw new DecodeError('bad-value', at, `presence is 0 or 1, not ${present}`)
    return present === 1 ? inner.read(r) : undefined
  },
  write(w, value) {
    w.uint8(value === undefined ? 0 : 1)
    if (value !== undefined) inner.write(w, value)
  },
})
