/**
 * UPDATE messages of a reflector, written by hand: there is one for each change of each link, and a table's writer costs
 * ten times as much. Attributes that telemetry has not are left to `encodeUpdate`.
 * @module
 */
import { familyOfKey, linkState } from '../family.ts'
import { headerOctets } from '../message/header.ts'
import { attributeCode, attributeFlag, messageType } from '../registry.ts'
import type { UpdateContext } from '../update/context.ts'
import type { PathAttributes } from '../update/path-attributes.ts'
import { encodeUpdate } from '../update/update.ts'

const internal: UpdateContext = { peer: 'internal', asOctets: 4, families: new Set([linkState]), pathIds: new Set() }
const family = familyOfKey(linkState)
const { optional, transitive, extendedLength } = attributeFlag
/** Of the plain message: ORIGIN, an empty AS_PATH, LOCAL_PREF, ORIGINATOR_ID, CLUSTER_LIST, MP_REACH, BGP-LS. */
const plainNames: ReadonlySet<string> = new Set([
  'origin',
  'asPath',
  'localPref',
  'originatorId',
  'clusterList',
  'mpReach',
  'linkState',
])

/** The route with the attributes given, but the next hop and NLRI of ours. @throws {RangeError} as `encodeUpdate` */
export function reflectedUpdate(attributes: PathAttributes, nextHop: Uint8Array, nlri: Uint8Array): Uint8Array {
  if (!isPlain(attributes)) {
    const { mpUnreach: _, ...rest } = attributes
    const reflected = { ...rest, mpReach: { ...family, nextHop, nlri } }
    return encodeUpdate({ withdrawn: [], announced: [], attributes: reflected }, internal)
  }
  const { origin = 0, localPref, originatorId, clusterList = [], linkState: tlvs } = attributes
  const reachOctets = 5 + nextHop.length + nlri.length
  const attributeOctets =
    4 +
    3 +
    (localPref === undefined ? 0 : 7) +
    (originatorId === undefined ? 0 : 7) +
    3 +
    4 * clusterList.length +
    4 +
    reachOctets +
    (tlvs === undefined ? 0 : 4 + tlvs.length)
  const octets = new Uint8Array(headerOctets + 4 + attributeOctets)
  if (octets.length > 0xffff) throw new RangeError(`an UPDATE has at most 65535 octets, not ${octets.length}`)
  octets.fill(0xff, 0, 16)
  let at = 16
  const put16 = (value: number): void => {
    octets[at++] = value >>> 8
    octets[at++] = value & 255
  }
  const put32 = (value: number): void => {
    put16(value >>> 16)
    put16(value & 0xffff)
  }
  const put = (value: Uint8Array): void => {
    octets.set(value, at)
    at += value.length
  }
  const short = (flags: number, code: number, length: number): void => {
    octets[at++] = flags
    octets[at++] = code
    octets[at++] = length
  }
  const long = (flags: number, code: number, length: number): void => {
    octets[at++] = flags | extendedLength
    octets[at++] = code
    put16(length)
  }
  put16(octets.length)
  octets[at++] = messageType.update
  put16(0) // nothing withdrawn
  put16(attributeOctets)
  short(transitive, attributeCode.origin, 1)
  octets[at++] = origin
  short(transitive, attributeCode.asPath, 0)
  if (localPref !== undefined) {
    short(transitive, attributeCode.localPref, 4)
    put32(localPref)
  }
  if (originatorId !== undefined) {
    short(optional, attributeCode.originatorId, 4)
    put32(originatorId)
  }
  short(optional, attributeCode.clusterList, 4 * clusterList.length)
  for (const id of clusterList) put32(id)
  long(optional, attributeCode.mpReach, reachOctets)
  put16(family.afi)
  octets[at++] = family.safi
  octets[at++] = nextHop.length
  put(nextHop)
  octets[at++] = 0
  put(nlri)
  if (tlvs !== undefined) {
    long(optional, attributeCode.linkState, tlvs.length)
    put(tlvs)
  }
  return octets
}

/** CLUSTER_LIST of so many fits a length of one octet. */
const mostClusters = 63

function isPlain(attributes: PathAttributes): boolean {
  if ((attributes.asPath?.length ?? 0) > 0 || (attributes.clusterList?.length ?? 0) > mostClusters) return false
  for (const name in attributes) if (!plainNames.has(name)) return false
  return true
}
