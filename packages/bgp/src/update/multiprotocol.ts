/**
 * MP_REACH_NLRI and MP_UNREACH_NLRI (RFC 4760 §3, §4).
 *
 *   octets  2    1     1       n         1         n
 *   reach   AFI  SAFI  length  next hop  reserved  NLRI
 *   unreach AFI  SAFI  NLRI
 *
 * @module
 */
import { DecodeError, type Reader, type Writer } from '@vagus/wire'
import { familyKey } from '../family.ts'
import { isNextHopLength, nextHopOctets } from './next-hop.ts'

/**
 * `nextHop` and `nlri` as they are on the wire; an IPv6 next hop of 32 octets ends in the link-local one (RFC 2545).
 */
export interface MpReach {
  readonly afi: number
  readonly safi: number
  readonly nextHop: Uint8Array
  readonly nlri: Uint8Array
}

export interface MpUnreach {
  readonly afi: number
  readonly safi: number
  readonly nlri: Uint8Array
}

/** @throws {DecodeError} on a next hop that overruns, or has not the length of its family */
export function readMpReach(r: Reader): MpReach {
  const [afi, safi] = [r.uint16(), r.uint8()]
  const at = r.offset
  const nextHop = r.octets(r.uint8())
  const family = familyKey({ afi, safi })
  if (!isNextHopLength(family, nextHop.length)) {
    const wanted = nextHopOctets.get(family)?.join(' or ')
    throw new DecodeError('bad-length', at, `a next hop has ${wanted} octets, not ${nextHop.length}`)
  }
  r.skip(1)
  return { afi, safi, nextHop, nlri: r.octets(r.left) }
}

export function writeMpReach(w: Writer, reach: MpReach): void {
  w.uint16(reach.afi)
  w.uint8(reach.safi)
  w.counted(1, () => w.octets(reach.nextHop))
  w.uint8(0)
  w.octets(reach.nlri)
}

/** @throws {DecodeError} */
export function readMpUnreach(r: Reader): MpUnreach {
  return { afi: r.uint16(), safi: r.uint8(), nlri: r.octets(r.left) }
}

export function writeMpUnreach(w: Writer, unreach: MpUnreach): void {
  w.uint16(unreach.afi)
  w.uint8(unreach.safi)
  w.octets(unreach.nlri)
}
