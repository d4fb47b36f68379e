/**
 * Messages of the session itself and of the security layer above, on a stream of their own in each direction: kind,
 * length, octets. Kind 0 is a ticket, 1 to 255 are the host's.
 * @module
 */
import { concatOctets } from '../octets.ts'
import { SessionError } from './session-error.ts'
import { FrameReader, FrameWriter, varintOctets } from './varint.ts'

/** Octets of a message. */
export const maxNoticeOctets = 65_536
export const ticketNotice = 0

export function noticeOf(kind: number, octets: Uint8Array): Uint8Array {
  if (octets.length > maxNoticeOctets) {
    throw new RangeError(`a notice has at most ${maxNoticeOctets} octets, got ${octets.length}`)
  }
  const out = new FrameWriter(new Uint8Array(1 + varintOctets(octets.length) + octets.length))
  out.uint8(kind)
  out.varint(octets.length)
  out.copy(octets)
  return out.octets
}

const nothing = new Uint8Array(0)

export class NoticeReader {
  /** The beginning of a message. */
  #rest: Uint8Array = nothing

  /** @throws {SessionError} when a message is too long */
  push(octets: Uint8Array, take: (kind: number, octets: Uint8Array) => void): void {
    this.#rest = concatOctets(this.#rest, octets)
    for (;;) {
      if (this.#rest.length < 2) return
      const lengthOctets = 1 << (this.#rest[1]! >>> 6)
      if (this.#rest.length < 1 + lengthOctets) return
      const reader = new FrameReader(this.#rest)
      const kind = reader.uint8()
      const length = reader.varint()
      if (length > maxNoticeOctets) throw new SessionError('protocol', `a notice of ${length} octets`)
      if (reader.left < length) return
      take(kind, reader.view(length).slice())
      const end = 1 + lengthOctets + length
      this.#rest = this.#rest.length === end ? nothing : this.#rest.slice(end)
    }
  }
}
