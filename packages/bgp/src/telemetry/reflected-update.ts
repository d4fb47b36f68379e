/**
 * UPDATE messages of a reflector, put together from the octets that came: there is one for each change of each link.
 * Attributes that telemetry has not are left to `encodeUpdate`.
 * @module
 */
import type { Writer } from '@vagus/wire'
import { familyOfKey, linkState } from '../family.ts'
import { headerOctets } from '../message/header.ts'
import { attributeCode, attributeFlag, messageType } from '../registry.ts'
import { attributesOfBlock, blockContext } from '../update/attribute-block.ts'
import { AttributeWalk } from '../update/attribute-walk.ts'
import { encodeUpdate } from '../update/update.ts'

export interface Reflection {
  /** BGP identifier of who told it, unless the attributes name one. */
  readonly originator: number
  /** Ours. */
  readonly clusterId: number
  readonly nextHop: Uint8Array
}

const family = familyOfKey(linkState)
const { optional, extendedLength } = attributeFlag
const marker = new Uint8Array(16).fill(0xff)
const maxMessage = 0xffff
/** CLUSTER_LIST of so many fits a length of one octet, with ours. */
const maxClusters = 62

/**
 * Writes the route with the attributes of the block, but the next hop and NLRI of ours. @throws {RangeError} when it is
 * too long for a message, and nothing is written
 */
export function writeReflected(w: Writer, block: Uint8Array, reflection: Reflection, nlri: Uint8Array): void {
  const plain = plainAttributes(block)
  if (plain === undefined) return w.octets(unusualUpdate(block, reflection, nlri))
  const { beforeTo, originator, clusters, behindFrom } = plain
  const { clusterId, nextHop } = reflection
  const reachOctets = 5 + nextHop.length + nlri.length
  const attributeOctets = beforeTo + 7 + (7 + clusters.length) + (4 + reachOctets) + (block.length - behindFrom)
  const octets = headerOctets + 4 + attributeOctets
  if (octets > maxMessage) throw new RangeError(`an UPDATE has at most ${maxMessage} octets, not ${octets}`)
  w.octets(marker)
  w.uint16(octets)
  w.uint8(messageType.update)
  w.uint16(0) // nothing withdrawn
  w.uint16(attributeOctets)
  w.octets(block.subarray(0, beforeTo))
  shortHead(w, attributeCode.originatorId, 4)
  w.uint32(originator ?? reflection.originator)
  shortHead(w, attributeCode.clusterList, 4 + clusters.length)
  w.uint32(clusterId)
  w.octets(clusters)
  w.uint8(optional | extendedLength)
  w.uint8(attributeCode.mpReach)
  w.uint16(reachOctets)
  w.uint16(family.afi)
  w.uint8(family.safi)
  w.uint8(nextHop.length)
  w.octets(nextHop)
  w.uint8(0)
  w.octets(nlri)
  w.octets(block.subarray(behindFrom))
}

function shortHead(w: Writer, code: number, length: number): void {
  w.uint8(optional)
  w.uint8(code)
  w.uint8(length)
}

interface Plain {
  /** Octet behind ORIGIN, AS_PATH and LOCAL_PREF. */
  beforeTo: number
  originator: number | undefined
  /** The list alone. */
  clusters: Uint8Array
  /** First octet of the BGP-LS attribute. */
  behindFrom: number
}

const none = new Uint8Array(0)
const walk = new AttributeWalk()

/** Undefined where there is another attribute than telemetry has, a path, or no order (RFC 4271 §5). */
function plainAttributes(block: Uint8Array): Plain | undefined {
  const plain: Plain = { beforeTo: 0, originator: undefined, clusters: none, behindFrom: block.length }
  let last = 0
  walk.start(block, 0, block.length)
  while (walk.next() === 'attribute') {
    const { code, valueFrom, valueTo } = walk
    if (code <= last) return undefined
    last = code
    switch (code) {
      case attributeCode.asPath:
        if (valueTo > valueFrom) return undefined
        plain.beforeTo = valueTo
        break
      case attributeCode.origin:
      case attributeCode.localPref:
        plain.beforeTo = valueTo
        break
      case attributeCode.originatorId:
        if (valueTo - valueFrom !== 4) return undefined
        plain.originator = new DataView(block.buffer, block.byteOffset + valueFrom, 4).getUint32(0)
        break
      case attributeCode.clusterList:
        if (valueTo - valueFrom > 4 * maxClusters) return undefined
        plain.clusters = block.subarray(valueFrom, valueTo)
        break
      case attributeCode.mpReach:
        break
      case attributeCode.linkState:
        plain.behindFrom = walk.from
        break
      default:
        return undefined
    }
  }
  return plain
}

function unusualUpdate(
  block: Uint8Array,
  { originator, clusterId, nextHop }: Reflection,
  nlri: Uint8Array,
): Uint8Array {
  const { mpUnreach: _, clusterList = [], ...rest } = attributesOfBlock(block)
  const attributes = {
    originatorId: originator,
    ...rest,
    clusterList: [clusterId, ...clusterList],
    mpReach: { ...family, nextHop, nlri },
  }
  return encodeUpdate({ withdrawn: [], announced: [], attributes }, blockContext)
}
