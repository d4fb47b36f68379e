/** Why a session is closed, in words that fit one packet. @module */

export interface Closing {
  /** One of `closeCodes`, or of the program above. */
  readonly code: number
  readonly reason: string
}

/** Octets in UTF-8. Leaves room for the rest of the shortest packet that a route must carry. */
export const maxReason = 512
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const ellipsis = '…'
/** What may be lost in order to end with a whole sentence or word, in parts of the text. */
const givenUp = 1 / 2

/** In UTF-8. A longer text ends behind a sentence or a word, with "…". */
export function encodeReason(reason: string): Uint8Array {
  const whole = encoder.encode(reason)
  if (whole.length <= maxReason) return whole
  let room = maxReason - encoder.encode(ellipsis).length
  while ((whole[room]! & 0xc0) === 0x80) room-- // within a character (RFC 3629 §3)
  const text = decoder.decode(whole.subarray(0, room))
  const end = endOf(text, /^.*[.;](?=\s)/su) ?? endOf(text, /^.*\S(?=\s)/su) ?? text.length
  return encoder.encode(`${text.slice(0, end)}${ellipsis}`)
}

function endOf(text: string, until: RegExp): number | undefined {
  const end = until.exec(text)?.[0].length ?? 0
  return end >= text.length * givenUp ? end : undefined
}

/** Of a peer: as much as is read. */
export const decodeReason = (octets: Uint8Array): string => decoder.decode(octets.subarray(0, maxReason))
