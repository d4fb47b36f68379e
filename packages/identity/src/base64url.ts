/**
 * base64url without padding (RFC 7515 §2, RFC 4648 §5). Strict: the unused bits of the last character must be zero (RFC
 * 4648 §3.5), so that each content has exactly one text.
 * @module
 */
import { RefusalError } from './refusal.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const values = new Int8Array(128).fill(-1)
for (let value = 0; value < 64; value++) values[alphabet.charCodeAt(value)] = value

export function encodeBase64url(octets: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const octet of octets) {
    held = (held << 8) | octet
    for (bits += 8; bits >= 6; bits -= 6) text += alphabet[(held >> (bits - 6)) & 63]
    held &= 63
  }
  return bits === 0 ? text : text + alphabet[(held << (6 - bits)) & 63]
}

/** @throws {RefusalError} `malformed` on other characters or lengths, `not-canonical` on unused bits that are set */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 === 1) throw new RefusalError('malformed', `${text.length} characters are not base64url`)
  const octets = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (let place = 0; place < text.length; place++) {
    const value = values[text.charCodeAt(place)] ?? -1
    if (value < 0) throw new RefusalError('malformed', `"${text[place]}" is not a character of base64url`)
    held = ((held << 6) | value) & 0xfff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    octets[at++] = (held >> bits) & 255
  }
  if ((held & ((1 << bits) - 1)) !== 0)
    throw new RefusalError('not-canonical', 'the unused bits at the end of base64url must be zero')
  return octets
}
