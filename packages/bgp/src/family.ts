/** An address family and its subsequent family: what sessions negotiate routes of (RFC 4760). @module */
import { afi, safi } from './registry.ts'

export interface Family {
  readonly afi: number
  readonly safi: number
}

/** One number per family, for sets and maps. */
export const familyKey = (family: Family): number => family.afi * 256 + family.safi

/** The families that have a name here. */
export const families = {
  'ipv4-unicast': { afi: afi.ipv4, safi: safi.unicast },
  'ipv6-unicast': { afi: afi.ipv6, safi: safi.unicast },
  'ipv4-flowspec': { afi: afi.ipv4, safi: safi.flowspec },
  'ipv6-flowspec': { afi: afi.ipv6, safi: safi.flowspec },
  'link-state': { afi: afi.linkState, safi: safi.linkState },
} as const satisfies Readonly<Record<string, Family>>

export type FamilyName = keyof typeof families

export const familyOfKey = (key: number): Family => ({ afi: key >>> 8, safi: key & 255 })

/** The keys of families that are known here. */
export const ipv4Unicast = familyKey({ afi: afi.ipv4, safi: safi.unicast })
export const ipv6Unicast = familyKey({ afi: afi.ipv6, safi: safi.unicast })
export const ipv4Flowspec = familyKey({ afi: afi.ipv4, safi: safi.flowspec })
export const ipv6Flowspec = familyKey({ afi: afi.ipv6, safi: safi.flowspec })
export const linkState = familyKey({ afi: afi.linkState, safi: safi.linkState })

const names = new Map(Object.entries(families).map(([name, family]) => [familyKey(family), name as FamilyName]))

/** The name of a family; undefined for one that has none here. */
export const familyNameOf = (key: number): FamilyName | undefined => names.get(key)
