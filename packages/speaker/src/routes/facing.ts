/** What a session adds to the routes that the agent announces over it (RFC 4271 §5.1). @module */
import { isIP } from 'node:net'
import { parseAddress } from '@vagus/address'
import {
  families,
  type Family,
  familyOfKey,
  ipv4Unicast,
  ipv6Unicast,
  type Negotiated,
  origin,
  type PathAttributes,
  role,
  segmentType,
} from '@vagus/bgp'
import { telemetryFeature, telemetryOfferOf } from '@vagus/bgp/telemetry'
import type { Given } from './outgoing.ts'

export interface Facing {
  readonly negotiated: Negotiated
  readonly localAs: number
  /** Our address of the session. */
  readonly localAddress: string
  /** What we are to the peer: a number of `role`. */
  readonly role?: number | undefined
}

/** Ours where the peer may pass our routes on to its own customers only (RFC 9234 §5). */
const downwards: ReadonlySet<number | undefined> = new Set([role.provider, role.routeServer, role.peer])

/** What of `given` the peer is told; undefined where the peer takes in nothing of it (draft-vagus-idr-telemetry §3.1). */
export function givenTo(given: Given, { negotiated }: Facing): PathAttributes | undefined {
  if (given.telemetry === undefined) return given.attributes
  const { part, otherwise } = given.telemetry
  const features = telemetryOfferOf(negotiated.capabilities)?.features ?? 0
  return (features & telemetryFeature[part]) === 0 ? otherwise : given.attributes
}

/**
 * Attributes as the peer gets them, but for the NLRI inside MP_REACH_NLRI; undefined where the next hop is not known (see
 * `Announcement`).
 */
export function attributesTo(given: Given, family: number, facing: Facing): PathAttributes | undefined {
  const attributes = { ...markOf(family, facing), ...completed(given, facing) }
  if (family === ipv4Unicast) {
    const nextHop = nextHop4(given, facing)
    return nextHop && { ...attributes, nextHop }
  }
  const { afi, safi } = familyOfKey(family)
  const nextHop = hasNextHop({ afi, safi }) ? nextHopOf(given, { afi, safi }, facing) : new Uint8Array(0)
  return { ...attributes, mpReach: { afi, safi, nextHop, nlri: new Uint8Array(0) } }
}

/** Only to Customer with our AS, on unicast routes to an external peer that is not above us. */
function markOf(family: number, { negotiated, localAs, role: own }: Facing): PathAttributes {
  const isUnicast = family === ipv4Unicast || family === ipv6Unicast
  return isUnicast && negotiated.peer === 'external' && downwards.has(own) ? { onlyToCustomer: localAs } : {}
}

/** Attributes without NEXT_HOP of either kind, completed for the peer. */
function completed(given: Given, facing: Facing): PathAttributes {
  const { negotiated, localAs } = facing
  const { localPref = 100, nextHop: _, mpReach: __, mpUnreach: ___, ...others } = givenTo(given, facing) ?? {}
  const isInternal = negotiated.peer === 'internal'
  return {
    origin: origin.igp,
    asPath: isInternal ? [] : [{ type: segmentType.sequence, as: [localAs] }],
    ...others,
    ...(isInternal ? { localPref } : {}),
  }
}

/** NEXT_HOP of IPv4 routes: undefined where none was given and the session runs over IPv6. */
function nextHop4({ attributes }: Given, { localAddress }: Facing): Uint8Array | undefined {
  return attributes.nextHop ?? (isIP(localAddress) === 4 ? parseAddress(localAddress).slice(12) : undefined)
}

/** Next hop of other families: as given, else our address of the session. */
function nextHopOf({ attributes, nextHop6 }: Given, family: Family, { localAddress }: Facing): Uint8Array {
  const own = parseAddress(localAddress)
  const isShort = family.afi === families['link-state'].afi && isIP(localAddress) === 4
  return nextHop6 ?? attributes.mpReach?.nextHop ?? (isShort ? own.slice(12) : own)
}

/** NLRI of a flow specification have no next hop (RFC 8955 §4). */
const hasNextHop = ({ safi }: Family): boolean => safi !== families['ipv4-flowspec'].safi
