/**
 * The validity of signed content: on the wire in seconds since 1970 (RFC 7519 §4.1), in calls in milliseconds.
 * @module
 */
import type { Members } from './members.ts'
import { RefusalError } from './refusal.ts'

/**
 * How far in the future validity may start, in seconds: the clocks of agents without a time server differ. The end is
 * not extended.
 */
export const clockSkewSeconds = 300

/** Seconds since 1970. */
export interface Validity {
  readonly iat: number
  readonly exp: number
}

/** @throws {RefusalError} `malformed` if it ends before it starts, `limit` if it lasts longer than `maxSeconds` */
export function readValidity(members: Members, maxSeconds: number): Validity {
  const validity = { iat: members.seconds('iat'), exp: members.seconds('exp') }
  const length = validity.exp - validity.iat
  if (length <= 0) throw new RefusalError('malformed', '"exp" must be after "iat"')
  if (length > maxSeconds)
    throw new RefusalError('limit', `is valid for ${length} s; at most ${maxSeconds} s are accepted`)
  return validity
}

/** @param now milliseconds since 1970 @throws {RefusalError} `expired`, `not-yet` */
export function checkValidity({ iat, exp }: Validity, now: number): void {
  const seconds = now / 1000
  if (seconds >= exp) throw new RefusalError('expired', `expired ${Math.floor(seconds - exp)} s ago`)
  if (seconds + clockSkewSeconds < iat) {
    throw new RefusalError(
      'not-yet',
      `becomes valid in ${Math.ceil(iat - seconds)} s; clocks may differ by ${clockSkewSeconds} s`,
    )
  }
}
