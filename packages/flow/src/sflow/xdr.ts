/**
 * XDR (RFC 4506) as sFlow uses it: lists counted in elements, strings padded to four octets. It serves the messages
 * that we write; received datagrams are decoded by hand.
 * @module
 */
import { type Codec, DecodeError } from '@vagus/wire'

/** Elements preceded by their count (RFC 4506 §4.13). */
export const variableArray = <T>(element: Codec<T>): Codec<readonly T[]> => ({
  read(r) {
    const at = r.offset
    const count = r.uint32()
    if (count > r.left)
      throw new DecodeError('bad-length', at, `${count} elements stated, but only ${r.left} octets left`)
    return Array.from({ length: count }, () => element.read(r))
  },
  write(w, values) {
    w.uint32(values.length)
    for (const value of values) element.write(w, value)
  },
})

/**
 * UTF-8 text of at most `max` octets, preceded by its length and padded with zeros to a multiple of four (RFC 4506
 * §4.11).
 */
export const string = (max: number): Codec<string> => ({
  read(r) {
    const at = r.offset
    const length = r.uint32()
    if (length > max) throw new DecodeError('bad-length', at, `a string of ${length} octets; must have at most ${max}`)
    const text = new TextDecoder().decode(r.octets(length))
    r.skip(-length & 3)
    return text
  },
  write(w, text) {
    const octets = new TextEncoder().encode(text)
    if (octets.length > max) throw new RangeError(`text must have at most ${max} octets, got ${octets.length}`)
    w.uint32(octets.length)
    w.octets(octets)
    w.octets(new Uint8Array(-octets.length & 3))
  },
})
