/** Octets in base64 (RFC 4648 §4), as YANG's `binary` and the domainID have them: padded, and without white space. @module */
import { decodeBase64url, encodeBase64url } from '@vagus/identity'
import { RefusalError } from './refusal.ts'

export function encodeBase64(octets: Uint8Array): string {
  const text = encodeBase64url(octets).replaceAll('-', '+').replaceAll('_', '/')
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}

/** @param what names the text in the refusal @throws {RefusalError} `malformed` */
export function decodeBase64(text: string, what: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) {
    throw new RefusalError('malformed', `${what} must be base64 with its padding and without white space`)
  }
  try {
    return decodeBase64url(text.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'))
  } catch {
    throw new RefusalError('malformed', `${what} must be base64 whose unused bits are zero`)
  }
}
