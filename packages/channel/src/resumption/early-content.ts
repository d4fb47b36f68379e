/**
 * What is encrypted in a resume message: the early octets, an octet 0x80, and zeros that hide how many there are.
 * @module
 */
import { RefusalError } from '../refusal.ts'

const end = 0x80

/** The end mark. */
export const earlyEndOctets = 1

/** `early` with its end, and zeros up to `octets` where that is more. */
export function earlyContent(early: Uint8Array, octets: number): Uint8Array {
  const content = new Uint8Array(Math.max(early.length + earlyEndOctets, octets))
  content.set(early)
  content[early.length] = end
  return content
}

/** @throws {RefusalError} `malformed`: there is no end */
export function earlyOctetsOf(content: Uint8Array): Uint8Array {
  let at = content.length - 1
  while (at >= 0 && content[at] === 0) at--
  if (content[at] !== end) throw new RefusalError('malformed', 'the early octets have no end')
  return content.subarray(0, at)
}
