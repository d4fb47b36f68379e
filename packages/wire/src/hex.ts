/** Octets as hexadecimal digits, in lower case. @module */

const digits = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'))

/** Two digits an octet. */
export function encodeHex(octets: Uint8Array): string {
  let text = ''
  for (const octet of octets) text += digits[octet]!
  return text
}

/** @param text as `encodeHex` writes it; a digit left over at its end is dropped */
export const decodeHex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
