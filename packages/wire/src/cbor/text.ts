/** UTF-8 of CBOR text strings: invalid octets are refused, never replaced (RFC 8949 §3.1, major type 3). @module */
import { DecodeError } from '../decode-error.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })
const encoder = new TextEncoder()

/** @throws {DecodeError} `bad-value` naming `offset` when `octets` are not UTF-8 */
export function readText(octets: Uint8Array, offset: number): string {
  try {
    const text = decoder.decode(octets)
    // The decoder swallows a byte order mark; in CBOR it is a character like any other.
    return octets[0] === 0xef && octets[1] === 0xbb && octets[2] === 0xbf ? `\ufeff${text}` : text
  } catch {
    throw new DecodeError('bad-value', offset, 'a text string that is not UTF-8')
  }
}

/** @throws {RangeError} when half of a surrogate pair stands alone: UTF-8 cannot carry it */
export function textOctets(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new RangeError(`text must be well-formed UTF-16, got ${JSON.stringify(text)}`)
  return encoder.encode(text)
}
