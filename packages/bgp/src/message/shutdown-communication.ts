/**
 * The text that goes with an administrative shutdown or reset (RFC 9003, before it RFC 8203).
 *
 *   octets  1       n
 *           length  UTF-8
 *
 * @module
 */
import { ceaseSubcode, errorCode } from '../registry.ts'
import { notification, type Notification } from './notification.ts'

/** RFC 9003 §2; RFC 8203 allowed 128. */
const maxTextOctets = 255

/**
 * Cease with a text for the operator of the peer. @throws {RangeError} when the text has more than 255 octets of UTF-8
 */
export function shutdownNotification(reason: 'shutdown' | 'reset', text: string): Notification {
  const octets = new TextEncoder().encode(text)
  if (octets.length > maxTextOctets) {
    throw new RangeError(`"text" must have at most ${maxTextOctets} octets of UTF-8, got ${octets.length}`)
  }
  const subcode = reason === 'shutdown' ? ceaseSubcode.administrativeShutdown : ceaseSubcode.administrativeReset
  return notification(errorCode.cease, subcode, new Uint8Array([octets.length, ...octets]))
}

/**
 * The text that came with a shutdown or reset; undefined when there is none, when its length lies or when it is no
 * UTF-8. Control characters become spaces: the text is a stranger's and ends on screens and in logs.
 */
export function shutdownTextOf(message: Notification): string | undefined {
  const { administrativeShutdown, administrativeReset } = ceaseSubcode
  const isShutdown = message.subcode === administrativeShutdown || message.subcode === administrativeReset
  if (message.code !== errorCode.cease || !isShutdown) return undefined
  const length = message.data[0] ?? 0
  if (length === 0 || length > message.data.length - 1) return undefined
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(message.data.subarray(1, 1 + length))
    return text.replace(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, ' ')
  } catch {
    return undefined
  }
}
