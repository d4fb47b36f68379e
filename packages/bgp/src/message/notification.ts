/**
 * NOTIFICATION (RFC 4271 §4.5): why the sender ends the session.
 *
 *   octets  1           1              n
 *           error code  error subcode  data
 *
 * A hard reset (RFC 8538 §3.1) carries the real code, subcode and data as its data; a shutdown carries a text for
 * people (RFC 9003).
 * @module
 */
import { type Codec, rest, struct, uint8 } from '@vagus/wire'
import { ceaseSubcode, errorCode } from '../registry.ts'

export interface Notification {
  readonly type: 'notification'
  readonly code: number
  readonly subcode: number
  readonly data: Uint8Array
}

/** Octets that are no message: what to tell the peer before closing, and what to tell the operator. */
export interface Malformed {
  readonly type: 'malformed'
  readonly notification: Notification
  readonly problem: string
}

const noData = new Uint8Array(0)

export const notificationBody: Codec<Omit<Notification, 'type'>> = struct({ code: uint8, subcode: uint8, data: rest })

export function notification(code: number, subcode: number, data: Uint8Array = noData): Notification {
  return { type: 'notification', code, subcode, data }
}

export function malformed(code: number, subcode: number, problem: string, data: Uint8Array = noData): Malformed {
  return { type: 'malformed', notification: notification(code, subcode, data), problem }
}

/** Wraps `inner` so that the peer forgets our routes although graceful restart was negotiated (RFC 8538 §3). */
export function hardReset(inner: Notification): Notification {
  const data = new Uint8Array([inner.code, inner.subcode, ...inner.data])
  return notification(errorCode.cease, ceaseSubcode.hardReset, data)
}

/** What a hard reset carries; undefined of another NOTIFICATION, and of a hard reset with less than a code in it. */
export function hardResetReason(message: Notification): Notification | undefined {
  if (!isHardReset(message) || message.data.length < 2) return undefined
  const [code, subcode] = message.data
  return notification(code!, subcode!, message.data.subarray(2))
}

export function isHardReset(message: Notification): boolean {
  return message.code === errorCode.cease && message.subcode === ceaseSubcode.hardReset
}
