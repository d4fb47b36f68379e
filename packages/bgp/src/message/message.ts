/**
 * Whole messages: octets to a value, and a value to octets. An UPDATE stays octets here, because what it means depends
 * on the session and is read by the million (`update/`).
 * @module
 */
import { DecodeError, Reader, Writer } from '@vagus/wire'
import { errorCode, headerSubcode, messageType, openSubcode } from '../registry.ts'
import { headerOctets, type MaxLength, readHeader, writeHeader } from './header.ts'
import { type Malformed, malformed, type Notification, notificationBody } from './notification.ts'
import { type Open, readOpen, writeOpen } from './open.ts'
import { faultOfRefresh, type RouteRefresh, routeRefreshBody } from './route-refresh.ts'

/** `octets` are the whole message, header included. */
export interface UpdateMessage {
  readonly type: 'update'
  readonly octets: Uint8Array
}

export interface Keepalive {
  readonly type: 'keepalive'
}

export type Message = Open | UpdateMessage | Notification | Keepalive | RouteRefresh

/** The message that `octets` are, all of them. What it holds are views on `octets`. Never throws. */
export function decodeMessage(octets: Uint8Array, most: MaxLength): Message | Malformed {
  const header = readHeader(octets, 0, octets.length, most)
  if (header === undefined || ('length' in header && header.length !== octets.length)) {
    const problem = `${octets.length} octets are not one message`
    return malformed(errorCode.header, headerSubcode.badLength, problem, octets.slice(16, 18))
  }
  if ('problem' in header) return header
  try {
    return readBody(header.type, octets)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    const code = header.type === messageType.open ? errorCode.open : errorCode.header
    const subcode = code === errorCode.open ? openSubcode.unspecific : headerSubcode.badLength
    return malformed(code, subcode, error.message, code === errorCode.header ? octets.slice(16, 18) : undefined)
  }
}

function readBody(type: number, octets: Uint8Array): Message | Malformed {
  const r = new Reader(octets, headerOctets)
  switch (type) {
    case messageType.open:
      return readOpen(r)
    case messageType.notification:
      return { type: 'notification', ...notificationBody.read(r) }
    case messageType.routeRefresh: {
      const refresh: RouteRefresh = { type: 'route-refresh', ...routeRefreshBody.read(r) }
      return faultOfRefresh(refresh, octets) ?? refresh
    }
    case messageType.update:
      return { type: 'update', octets }
    default:
      return { type: 'keepalive' }
  }
}

/**
 * The octets of `message`. @throws {RangeError} when a value does not fit its field or the message is above 65535
 * octets
 */
export function encodeMessage(message: Message): Uint8Array {
  switch (message.type) {
    case 'update':
      return message.octets
    case 'open':
      return withHeader(messageType.open, (w) => writeOpen(w, message))
    case 'notification':
      return withHeader(messageType.notification, (w) => notificationBody.write(w, message))
    case 'route-refresh':
      return withHeader(messageType.routeRefresh, (w) => routeRefreshBody.write(w, message))
    case 'keepalive':
  }
  return withHeader(messageType.keepalive, () => undefined)
}

/** A message of `type` with the body that `write` makes. */
export function withHeader(type: number, write: (w: Writer) => void): Uint8Array<ArrayBuffer> {
  const w = new Writer()
  writeHeader(w, { type, length: headerOctets })
  write(w)
  if (w.length > 0xffff) throw new RangeError(`a message has at most 65535 octets, not ${w.length}`)
  const octets = w.finish()
  octets[16] = octets.length >> 8
  octets[17] = octets.length & 255
  return octets
}
