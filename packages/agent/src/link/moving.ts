/**
 * A move of one end that is announced to the other, as soon as it is planned: the notice `move`, in milliseconds from its
 * arrival on, because clocks differ.
 *
 *   4 move   in 4  holds 4  gap 4  to 1+n     in: until it moves; holds: until nothing is excused any more, 0 when it is over;
 *                                             gap: for which nothing may get through; to: the network, empty where unsaid
 * @module
 */
import { counted, decode, encode, struct, text, uint32 } from '@vagus/wire'

export interface Moving {
  /** Which end moves. */
  readonly by: 'us' | 'peer'
  /** The network, as that end calls it. */
  readonly to: string | undefined
  /** Milliseconds since 1970. */
  readonly at: number
  /** Milliseconds for which nothing may get through. */
  readonly gap: number
  /** Milliseconds since 1970: by then it is over, or was never made. */
  readonly until: number
}

/** Whoever announces more than an hour before does not know. */
const maxIn = 3_600_000
/** A longer silence is an outage, planned or not. */
export const maxMoveGap = 60_000
/** Milliseconds beside the gap in which both sides find the new way. */
const slack = 2000
/** No address, which is nobody's business. */
const networkPattern = /^(?!.*\.\d+(\.|$))[A-Za-z0-9][\w.-]{0,31}$/

const notice = struct({ in: uint32, holds: uint32, gap: uint32, to: counted(1, text) })

/** Of ours. @param at and `now` in milliseconds since 1970 */
export const movingAt = (at: number, { to, gap }: Pick<Moving, 'to' | 'gap'>, now: number): Moving => ({
  by: 'us',
  to: to !== undefined && networkPattern.test(to) ? to : undefined,
  at: Math.max(at, now),
  gap: Math.round(gap),
  until: Math.max(at, now) + gap + slack,
})

/** `undefined`: it is over. */
export const encodeMove = (moving: Moving | undefined, now: number): Uint8Array =>
  moving === undefined
    ? encode(notice, { in: 0, holds: 0, gap: 0, to: '' })
    : encode(notice, {
        in: Math.max(0, Math.round(moving.at - now)),
        holds: Math.max(1, Math.round(moving.until - now)),
        gap: moving.gap,
        to: moving.to ?? '',
      })

/** What the peer announces, as far as it is believed; `undefined`: it is over. @throws {DecodeError} */
export function decodeMove(octets: Uint8Array, now: number): Moving | undefined {
  const read = decode(notice, octets)
  if (read.holds === 0) return undefined
  const gap = Math.min(read.gap, maxMoveGap)
  const at = now + Math.min(read.in, maxIn)
  const to = networkPattern.test(read.to) ? read.to : undefined
  return { by: 'peer', to, at, gap, until: Math.min(now + read.holds, at + gap + slack) }
}
