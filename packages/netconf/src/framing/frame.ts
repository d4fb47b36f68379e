/** A message to octets (RFC 6242 §4.2, §4.3). @module */
import { mark } from './mark.ts'

export type Framing = 'eom' | 'chunked'

const endOfChunks = new TextEncoder().encode('\n##\n')

/** One message in one chunk, or before the end mark. @throws {RangeError} an empty message, or one with the mark in it */
export function frame(message: string, framing: Framing): Uint8Array {
  if (message === '') throw new RangeError('a message is not empty')
  if (framing === 'eom' && message.includes(']]>]]>')) throw new RangeError('a message must not contain ]]>]]>')
  const octets = new TextEncoder().encode(message)
  const before = new TextEncoder().encode(framing === 'eom' ? '' : `\n#${octets.length}\n`)
  const behind = framing === 'eom' ? mark : endOfChunks
  const framed = new Uint8Array(before.length + octets.length + behind.length)
  framed.set(before)
  framed.set(octets, before.length)
  framed.set(behind, before.length + octets.length)
  return framed
}
