/**
 * Where the three parts of an UPDATE are (RFC 4271 §4.3), as offsets into the message.
 *
 *   octets  19      2       n                 2       n                n
 *           header  length  withdrawn routes  length  path attributes  NLRI
 *
 * @module
 */
import { headerOctets } from '../message/header.ts'

export interface Layout {
  withdrawnFrom: number
  withdrawnTo: number
  attributesFrom: number
  attributesTo: number
  /** NLRI reach to the end of the message. */
  nlriFrom: number
}

export const emptyLayout = (): Layout => ({
  withdrawnFrom: 0,
  withdrawnTo: 0,
  attributesFrom: 0,
  attributesTo: 0,
  nlriFrom: 0,
})

/**
 * Fills `layout` and returns undefined, or says which length does not fit, which is a session reset (RFC 7606 §3 b, j).
 */
export function readLayout(octets: Uint8Array, layout: Layout): string | undefined {
  const { length } = octets
  if (length < headerOctets + 4) return `an UPDATE has at least 23 octets, not ${length}`
  const withdrawnFrom = headerOctets + 2
  const withdrawnTo = withdrawnFrom + octets[19]! * 256 + octets[20]!
  if (withdrawnTo + 2 > length) return `the withdrawn routes end at octet ${withdrawnTo} of ${length}`
  const attributesFrom = withdrawnTo + 2
  const attributesTo = attributesFrom + octets[withdrawnTo]! * 256 + octets[withdrawnTo + 1]!
  if (attributesTo > length) return `the path attributes end at octet ${attributesTo} of ${length}`
  layout.withdrawnFrom = withdrawnFrom
  layout.withdrawnTo = withdrawnTo
  layout.attributesFrom = attributesFrom
  layout.attributesTo = attributesTo
  layout.nlriFrom = attributesTo
  return undefined
}
