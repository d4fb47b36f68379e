/**
 * Messages of the BGP Monitoring Protocol (RFC 7854 §4): what a router tells a station, which never answers.
 *
 *   octets  1           4       1     then
 *           version 3   length  type  body; all but Initiation and Termination begin with the per-peer header
 *
 * @module
 */
import { DecodeError, Reader } from '@vagus/wire'
import { maxBmpCounters, maxExtendedMessageOctets } from '../limits.ts'
import { decodeMessage } from '../message/message.ts'
import type { Notification } from '../message/notification.ts'
import type { Open } from '../message/open.ts'
import { type BmpPeer, readPeerHeader } from './peer-header.ts'

export const bmpVersion = 3
export const bmpHeaderOctets = 6

/** RFC 7854 §10.1. */
const bmpType = {
  routeMonitoring: 0,
  statistics: 1,
  peerDown: 2,
  peerUp: 3,
  initiation: 4,
  termination: 5,
  mirroring: 6,
} as const

export type BmpMessage =
  /** One UPDATE, header included: a view on what was decoded. */
  | { readonly type: 'route-monitoring'; readonly peer: BmpPeer; readonly update: Uint8Array }
  /** Numbers by the type of RFC 7854 §4.8; those by family have the family in their key, as `7 1/1`. */
  | { readonly type: 'statistics'; readonly peer: BmpPeer; readonly counters: ReadonlyMap<string, bigint> }
  | {
      readonly type: 'peer-down'
      readonly peer: BmpPeer
      readonly reason: number
      readonly notification?: Notification
    }
  | {
      readonly type: 'peer-up'
      readonly peer: BmpPeer
      /** The router's own address of the session: 16 octets, IPv4 is mapped. */
      readonly localAddress: Uint8Array
      readonly sent: Open
      readonly received: Open
    }
  | { readonly type: 'initiation'; readonly texts: BmpTexts }
  | { readonly type: 'termination'; readonly texts: BmpTexts; readonly reason?: number }
  | { readonly type: 'mirroring'; readonly peer: BmpPeer }
  /** A type of later documents: skipped, as RFC 7854 §4 asks. */
  | { readonly type: 'unknown'; readonly code: number }

/** Information TLVs (RFC 7854 §4.4): `sysDescr`, `sysName` and free texts. */
export interface BmpTexts {
  readonly description?: string
  readonly name?: string
  readonly others: readonly string[]
}

export interface BmpMalformed {
  readonly type: 'malformed'
  readonly problem: string
}

/** @param octets one message, whole. Never throws. */
export function decodeBmp(octets: Uint8Array): BmpMessage | BmpMalformed {
  const r = new Reader(octets, bmpHeaderOctets)
  try {
    return readBody(octets[5] ?? -1, r, octets)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { type: 'malformed', problem: error.message }
  }
}

function readBody(type: number, r: Reader, octets: Uint8Array): BmpMessage | BmpMalformed {
  switch (type) {
    case bmpType.routeMonitoring: {
      const peer = readPeerHeader(r)
      return { type: 'route-monitoring', peer, update: octets.subarray(r.offset) }
    }
    case bmpType.statistics:
      return { type: 'statistics', peer: readPeerHeader(r), counters: readCounters(r) }
    case bmpType.peerDown:
      return readPeerDown(r)
    case bmpType.peerUp:
      return readPeerUp(r)
    case bmpType.initiation:
      return { type: 'initiation', ...readInformation(r) }
    case bmpType.termination:
      return { type: 'termination', ...readInformation(r) }
    case bmpType.mirroring:
      return { type: 'mirroring', peer: readPeerHeader(r) }
    default:
      return { type: 'unknown', code: type }
  }
}

/** RFC 7854 §4.8: values have 4 or 8 octets, or 11 with a family in front. */
function readCounters(r: Reader): ReadonlyMap<string, bigint> {
  const counters = new Map<string, bigint>()
  for (let left = r.uint32(); left > 0 && r.left > 0 && counters.size < maxBmpCounters; left--) {
    const type = r.uint16()
    const value = r.sub(r.uint16())
    if (value.left === 4) counters.set(`${type}`, BigInt(value.uint32()))
    else if (value.left === 8) counters.set(`${type}`, value.uint64())
    else if (value.left === 11) counters.set(`${type} ${value.uint16()}/${value.uint8()}`, value.uint64())
  }
  return counters
}

/** RFC 7854 §4.9: reasons 1 and 3 carry the NOTIFICATION. */
function readPeerDown(r: Reader): BmpMessage | BmpMalformed {
  const peer = readPeerHeader(r)
  const reason = r.uint8()
  if (reason !== 1 && reason !== 3) return { type: 'peer-down', peer, reason }
  const message = decodeMessage(r.octets(r.left).slice(), maxExtendedMessageOctets)
  if (message.type !== 'notification') return { type: 'peer-down', peer, reason }
  return { type: 'peer-down', peer, reason, notification: message }
}

function readPeerUp(r: Reader): BmpMessage | BmpMalformed {
  const peer = readPeerHeader(r)
  const localAddress = r.octets(16).slice()
  if (localAddress.subarray(0, 12).every((octet) => octet === 0)) localAddress.fill(0xff, 10, 12)
  r.skip(4) // ports
  const [sent, received] = [readOpen(r), readOpen(r)]
  for (const open of [sent, received]) if (open.type === 'malformed') return open
  return { type: 'peer-up', peer, localAddress, sent: sent as Open, received: received as Open }
}

function readOpen(r: Reader): Open | BmpMalformed {
  const head = r.octets(18)
  const length = head[16]! * 256 + head[17]!
  if (length < 19) throw new DecodeError('bad-length', r.offset, `an OPEN of ${length} octets in Peer Up`)
  const octets = new Uint8Array(length)
  octets.set(head)
  octets.set(r.octets(length - 18), 18)
  const message = decodeMessage(octets, maxExtendedMessageOctets)
  if (message.type === 'open') return message
  return { type: 'malformed', problem: message.type === 'malformed' ? message.problem : `${message.type} in Peer Up` }
}

const information = { text: 0, description: 1, name: 2 } as const

/** Texts are a stranger's and end on screens: control characters become spaces. */
function readInformation(r: Reader): { readonly texts: BmpTexts; readonly reason?: number } {
  const others: string[] = []
  let named: Omit<BmpTexts, 'others'> = {}
  let reason: number | undefined
  while (r.left > 0) {
    const type = r.uint16()
    const value = r.octets(r.uint16())
    const text = new TextDecoder().decode(value).replace(/\p{Cc}|\p{Cf}/gu, ' ')
    if (type === information.description) named = { ...named, description: text }
    else if (type === information.name) named = { ...named, name: text }
    else if (type === information.text) others.push(text)
    // Only in Termination, where 1 is the reason (§4.5); there a description of two octets does no harm.
    if (type === information.description && value.length === 2) reason = value[0]! * 256 + value[1]!
  }
  return { texts: { ...named, others }, ...(reason === undefined ? {} : { reason }) }
}
