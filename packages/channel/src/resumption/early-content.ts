/**
 * The encrypted content of a resume message: the early octets, an octet 0x80, and zeros that hide their number.
 * @module
 */
import { RefusalError } from '../refusal.ts'

const end = 0x80

/** The end marker. */
export const earlyEndOctets = 1

/** `early` with its end marker, and zeros up to `octets` if that is longer. */
export function earlyContent(early: Uint8Array, octets: number): Uint8Array {
  const content = new Uint8Array(Math.max(early.length + earlyEndOctets, octets))
  content.set(early)
  content[early.length] = end
  return content
}

/** @throws {RefusalError} `malformed` if there is no end marker */
export function earlyOctetsOf(content: Uint8Array): Uint8Array {
  let at = content.length - 1
  while (at >= 0 && content[at] === 0) at--
  if (content[at] !== end) throw new RefusalError('malformed', 'the early octets have no end marker')
  return content.subarray(0, at)
}
