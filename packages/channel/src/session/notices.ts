/**
 * Messages of the session itself and of the security layer above, on a separate stream in each direction: kind, length,
 * octets. Kind 0 is a ticket, 1 to 255 belong to the host.
 * @module
 */
import { noOctets } from '../octets.ts'
import { SessionError } from './session-error.ts'
import { FrameWriter, varintOctets } from './varint.ts'

/** Maximum octets of a message. */
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

export class NoticeReader {
  /**
   * Holds the start of a message. It doubles when full, so that each octet is copied twice, however small the pieces
   * are.
   */
  #room = noOctets
  #filled = 0

  /** @throws {SessionError} if a message is too long */
  push(octets: Uint8Array, take: (kind: number, octets: Uint8Array) => void): void {
    const rest = this.#filled === 0 ? octets : this.#gather(octets)
    let at = 0
    for (let end = endOf(rest, at); end <= rest.length; end = endOf(rest, at)) {
      take(rest[at]!, rest.slice(at + 1 + lengthOctetsAt(rest, at), end))
      at = end
    }
    if (at > 0 || rest === octets) this.#keep(rest.subarray(at))
  }

  /** Everything that arrived since the last complete message. */
  #gather(octets: Uint8Array): Uint8Array {
    const filled = this.#filled + octets.length
    if (filled > this.#room.length) {
      const room = new Uint8Array(Math.max(2 * this.#room.length, filled))
      room.set(this.#room.subarray(0, this.#filled))
      this.#room = room
    }
    this.#room.set(octets, this.#filled)
    this.#filled = filled
    return this.#room.subarray(0, filled)
  }

  #keep(rest: Uint8Array): void {
    this.#room = rest.length === 0 ? noOctets : rest.slice()
    this.#filled = rest.length
  }
}

const lengthOctetsAt = (octets: Uint8Array, at: number): number => 1 << (octets[at + 1]! >>> 6)

/** The offset after the message at `at`; `Infinity` if its length has not arrived yet. @throws {SessionError} */
function endOf(octets: Uint8Array, at: number): number {
  if (octets.length - at < 2) return Infinity
  const lengthOctets = lengthOctetsAt(octets, at)
  if (octets.length - at < 1 + lengthOctets) return Infinity
  let length = octets[at + 1]! & 0x3f
  for (let index = 2; index <= lengthOctets; index++) length = length * 256 + octets[at + index]!
  if (length > maxNoticeOctets)
    throw new SessionError('protocol', `a notice of ${length} octets; at most ${maxNoticeOctets} are allowed`)
  return at + 1 + lengthOctets + length
}
