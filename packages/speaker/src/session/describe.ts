/** A session as people and other programs read it. @module */
import { formatAddress } from '@vagus/address'
import {
  type DownReason,
  type FamilyName,
  familyNameOf,
  hardResetReason,
  type Negotiated,
  type Notification,
  notificationNameOf,
  shutdownTextOf,
  type Way,
} from '@vagus/bgp'
import type { SessionFacts } from '../event.ts'
import type { Connection } from './connection.ts'

export function factsOf(way: Way, negotiated: Negotiated, connection: Connection): SessionFacts {
  const { peerAs, peerIdentifier, holdTime, gracefulRestart, refresh, maxLength, capabilities } = negotiated
  return {
    way,
    localAddress: connection.localAddress,
    remoteAddress: connection.remoteAddress,
    peerAs,
    peerIdentifier: identifierText(peerIdentifier),
    holdTime,
    families: familyNamesOf(negotiated),
    capabilities: capabilities.flatMap((one) => (one.type === 'unknown' ? [{ code: one.code, value: one.value }] : [])),
    gracefulRestart: gracefulRestart === undefined ? 'none' : 'negotiated',
    refresh,
    maxLength,
  }
}

/** Those whose routes are taken: what both offered, without what was disabled since. */
export const familyNamesOf = ({ receive }: Negotiated): readonly FamilyName[] =>
  [...receive.families].flatMap((key) => familyNameOf(key) ?? [])

/** A BGP identifier in its usual form. */
function identifierText(identifier: number): string {
  const octets = new Uint8Array(16)
  const view = new DataView(octets.buffer)
  view.setUint32(8, 0xffff)
  view.setUint32(12, identifier)
  return formatAddress(octets)
}

export function reasonText(reason: DownReason): string {
  switch (reason.type) {
    case 'stopped':
      return 'stopped by the operator'
    case 'closed':
      return 'the connection ended'
    case 'unanswered':
      return 'the connection ended before an OPEN came: is our address one of its peers?'
    case 'sent':
      return `sent NOTIFICATION ${notificationText(reason.notification)}: ${reason.problem}`
    case 'received':
  }
  return `received NOTIFICATION ${notificationText(reason.notification)}`
}

/** Code and subcode as `6/2 administrative shutdown`, with the text of the peer's operator where there is one (RFC 9003). */
function notificationText(said: Notification): string {
  const inner = hardResetReason(said)
  const text = shutdownTextOf(inner ?? said)
  const code = inner === undefined ? codeText(said) : `6/9 with ${codeText(inner)}`
  return text === undefined ? code : `${code} "${text}"`
}

function codeText({ code, subcode }: { readonly code: number; readonly subcode: number }): string {
  const name = notificationNameOf(code, subcode)
  return `${code}/${subcode}${name === undefined ? '' : ` ${name}`}`
}
