/**
 * Whether NLRI can be walked: RFC 7606 §5.3 for prefixes, RFC 8955 §4 for flow specifications, RFC 9552 §5.2 for
 * link-state. Families that we do not know are not looked into.
 * @module
 */
import { ipv4Flowspec, ipv4Unicast, ipv6Flowspec, ipv6Unicast, linkState } from '../family.ts'
import { faultOfFlowspec } from './flowspec.ts'

/** What is wrong with the NLRI of a family in `octets` from `from` up to `to`; undefined when nothing is. */
export function faultOfNlri(
  octets: Uint8Array,
  from: number,
  to: number,
  family: number,
  pathIds: 'path-ids' | 'none',
): string | undefined {
  switch (family) {
    case ipv4Unicast:
      return faultOfPrefixes(octets, from, to, 32, pathIds)
    case ipv6Unicast:
      return faultOfPrefixes(octets, from, to, 128, pathIds)
    case ipv4Flowspec:
      return faultOfFlowspec(octets, from, to, 'ipv4')
    case ipv6Flowspec:
      return faultOfFlowspec(octets, from, to, 'ipv6')
    case linkState:
      return faultOfLinkState(octets, from, to)
    default:
      return undefined
  }
}

/** Only lengths are looked at: this runs over every prefix of a full table. */
function faultOfPrefixes(
  octets: Uint8Array,
  from: number,
  to: number,
  most: 32 | 128,
  pathIds: 'path-ids' | 'none',
): string | undefined {
  const before = pathIds === 'path-ids' ? 4 : 0
  for (let at = from; at < to;) {
    if (at + before >= to) return `a path identifier at octet ${at} is cut off`
    const length = octets[at + before]!
    if (length > most) return `prefix length ${length} at octet ${at + before} is above ${most}`
    at += before + 1 + ((length + 7) >> 3)
    if (at > to) return `a prefix of ${length} bits ends behind the NLRI, at octet ${at} of ${to}`
  }
  return undefined
}

/** NLRI of link-state are TLVs with 2 octets of type and 2 of length; what is in them is judged when they are read. */
function faultOfLinkState(octets: Uint8Array, from: number, to: number): string | undefined {
  for (let at = from; at < to;) {
    if (at + 4 > to) return `a link-state NLRI at octet ${at} is cut off`
    at += 4 + octets[at + 2]! * 256 + octets[at + 3]!
    if (at > to) return `a link-state NLRI ends behind the NLRI, at octet ${at} of ${to}`
  }
  return undefined
}
