/** How peers send CMS in a body. @module */

/** `binary`: as RFC 8995 §5.2 has it. `base64`: as nqminds/brski does. */
export type BodyEncoding = 'binary' | 'base64'

/** CMS begins with a SEQUENCE, which no text in base64 can: 0x30 is "0", and no such text begins with "0" and a length. */
export const encodingOf = (body: Uint8Array): BodyEncoding =>
  body[0] === 0x30 && body[1]! >= 0x80 ? 'binary' : 'base64'

/** Octets of a body; `undefined` if it is not in one of `encodings`. */
export function decodeBody(body: Uint8Array, encodings: readonly BodyEncoding[]): Uint8Array | undefined {
  const encoding = encodingOf(body)
  if (!encodings.includes(encoding)) return undefined
  return encoding === 'binary' ? body : decodeBase64Body(body)
}

export const encodeBody = (octets: Uint8Array, encoding: BodyEncoding): Uint8Array =>
  encoding === 'binary' ? octets : Buffer.from(Buffer.from(octets).toString('base64'))

/** Base64 with line breaks anywhere, as EST sends it (RFC 8951 §3.1); `undefined` if it is something else. */
export function decodeBase64Body(body: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(body).toString('latin1').replaceAll(/\s+/g, '')
  const isBase64 = text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
  return isBase64 ? Buffer.from(text, 'base64') : undefined
}

/** In lines of 64 characters. */
export const encodeBase64Body = (octets: Uint8Array): Uint8Array =>
  Buffer.from(
    Buffer.from(octets)
      .toString('base64')
      .replace(/.{64}(?=.)/g, '$&\r\n') + '\r\n',
  )
