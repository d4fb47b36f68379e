/**
 * An address as four 32-bit words, least significant first, as in flow columns: row r of a column is words 4r..4r+3;
 * word 4r+3 holds octets 0..3 of the address, and word 4r octets 12..15, which are all of an IPv4 address.
 * @module
 */
import { formatIpv4 } from './ipv4.ts'
import { formatIpv6Groups } from './ipv6.ts'

/** Words of an address in a column. */
export const wordsPerAddress = 4

/** Writes the 16 `octets` as four words at `words[at]`. */
export function writeWords(words: Uint32Array, at: number, octets: Uint8Array): void {
  if (octets.length !== 16) throw new RangeError(`"octets" must be 16, got ${octets.length}`)
  for (let word = 0; word < 4; word++) {
    const from = 12 - word * 4
    words[at + word] = (octets[from]! << 24) | (octets[from + 1]! << 16) | (octets[from + 2]! << 8) | octets[from + 3]!
  }
}

/** The 16 octets of the four words at `words[at]`. */
export function octetsOfWords(words: Uint32Array, at: number): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(16)
  for (let index = 0; index < 16; index++) octets[index] = words[at + 3 - (index >> 2)]! >>> (24 - (index & 3) * 8)
  return octets
}

/** Whether the four words at `words[at]` are an IPv4-mapped address; `words[at]` is then the IPv4 address. */
export function isIpv4Words(words: Uint32Array, at: number): boolean {
  return words[at + 1] === 0xffff && words[at + 2] === 0 && words[at + 3] === 0
}

/** The text of the four words at `words[at]`: a.b.c.d for IPv4, otherwise the canonical text of RFC 5952. */
export function formatWords(words: Uint32Array, at: number): string {
  if (isIpv4Words(words, at)) return formatIpv4(words[at]!)
  return formatIpv6Groups(
    Array.from({ length: 8 }, (_, group) => (words[at + 3 - (group >> 1)]! >>> (group & 1 ? 0 : 16)) & 0xffff),
  )
}
