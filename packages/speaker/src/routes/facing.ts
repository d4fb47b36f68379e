/** What a session adds to the routes that the agent announces over it (RFC 4271 §5.1). @module */
import { isIP } from 'node:net'
import { parseAddress } from '@vagus/address'
import { families, type Family, type Negotiated, origin, type PathAttributes, segmentType } from '@vagus/bgp'
import type { Given } from './outgoing.ts'

export interface Facing {
  readonly negotiated: Negotiated
  readonly localAs: number
  /** Our address of the session. */
  readonly localAddress: string
}

/** Attributes without NEXT_HOP of either kind, completed for the peer (see `Announcement`). */
export function completed({ attributes }: Given, { negotiated, localAs }: Facing): PathAttributes {
  const { localPref = 100, nextHop: _, mpReach: __, mpUnreach: ___, ...others } = attributes
  const isInternal = negotiated.peer === 'internal'
  return {
    origin: origin.igp,
    asPath: isInternal ? [] : [{ type: segmentType.sequence, as: [localAs] }],
    ...others,
    ...(isInternal ? { localPref } : {}),
  }
}

/** NEXT_HOP of IPv4 routes: undefined where none was given and the session runs over IPv6. */
export function nextHop4({ attributes }: Given, { localAddress }: Facing): Uint8Array | undefined {
  return attributes.nextHop ?? (isIP(localAddress) === 4 ? parseAddress(localAddress).slice(12) : undefined)
}

/** Next hop of other families: as given, else our address of the session. */
export function nextHopOf({ attributes, nextHop6 }: Given, family: Family, { localAddress }: Facing): Uint8Array {
  const own = parseAddress(localAddress)
  const isShort = family.afi === families['link-state'].afi && isIP(localAddress) === 4
  return nextHop6 ?? attributes.mpReach?.nextHop ?? (isShort ? own.slice(12) : own)
}

/** NLRI of a flow specification have no next hop (RFC 8955 §4). */
export const hasNextHop = ({ safi }: Family): boolean => safi !== families['ipv4-flowspec'].safi
