/** An address family and its subsequent family: what sessions negotiate routes of (RFC 4760). @module */
import { afi, safi } from './registry.ts'

export interface Family {
  readonly afi: number
  readonly safi: number
}

/** One number per family, for sets and maps. */
export const familyKey = (family: Family): number => family.afi * 256 + family.safi

export const familyOfKey = (key: number): Family => ({ afi: key >>> 8, safi: key & 255 })

/** The keys of families that are known here. */
export const ipv4Unicast = familyKey({ afi: afi.ipv4, safi: safi.unicast })
export const ipv6Unicast = familyKey({ afi: afi.ipv6, safi: safi.unicast })
export const ipv4Flowspec = familyKey({ afi: afi.ipv4, safi: safi.flowspec })
export const ipv6Flowspec = familyKey({ afi: afi.ipv6, safi: safi.flowspec })
export const linkState = familyKey({ afi: afi.linkState, safi: safi.linkState })
