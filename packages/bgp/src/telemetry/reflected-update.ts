/**
 * UPDATE messages of a reflector, put together from the octets that came: there is one for each change of each link.
 * Attributes that telemetry has not are left to `encodeUpdate`.
 * @module
 */
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
const code = attributeCode
const { optional, extendedLength } = attributeFlag
/** CLUSTER_LIST of so many fits a length of one octet, with ours. */
const mostClusters = 62

/** The route with the attributes of the block, but the next hop and NLRI of ours. @throws {RangeError} as `encodeUpdate` */
export function reflectedUpdate(block: Uint8Array, reflection: Reflection, nlri: Uint8Array): Uint8Array {
  const attributes = plainAttributes(block)
  if (attributes === undefined) return unusualUpdate(block, reflection, nlri)
  const { before, originator, clusters, behind } = attributes
  const { clusterId, nextHop } = reflection
  return updateOf([
    ...before,
    originator ?? attributeOf(code.originatorId, octetsOf(reflection.originator)),
    attributeOf(code.clusterList, octetsOf(clusterId), clusters),
    attributeOf(
      code.mpReach,
      new Uint8Array([family.afi >> 8, family.afi & 255, family.safi, nextHop.length]),
      nextHop,
      zero,
      nlri,
    ),
    ...behind,
  ])
}

interface Plain {
  /** Whole attributes, in order: those before ORIGINATOR_ID, those behind MP_REACH. */
  readonly before: Uint8Array[]
  readonly behind: Uint8Array[]
  originator: Uint8Array | undefined
  /** The list alone. */
  clusters: Uint8Array
}

const none = new Uint8Array(0)
const zero = new Uint8Array(1)
const walk = new AttributeWalk()

/** Undefined where there is another attribute than telemetry has, one twice, or a path. */
function plainAttributes(block: Uint8Array): Plain | undefined {
  const plain: Plain = { before: [], behind: [], originator: undefined, clusters: none }
  let seen = 0
  walk.start(block, 0, block.length)
  while (walk.next() === 'attribute') {
    const { from, valueFrom, valueTo } = walk
    const bit = 1 << walk.code
    if (walk.code > 31 || (seen & bit) !== 0) return undefined
    seen |= bit
    switch (walk.code) {
      case code.asPath:
        if (valueTo > valueFrom) return undefined
        plain.before.push(block.subarray(from, valueTo))
        break
      case code.origin:
      case code.localPref:
        plain.before.push(block.subarray(from, valueTo))
        break
      case code.originatorId:
        plain.originator = block.subarray(from, valueTo)
        break
      case code.clusterList:
        if (valueTo - valueFrom > 4 * mostClusters) return undefined
        plain.clusters = block.subarray(valueFrom, valueTo)
        break
      case code.mpReach:
        break
      case code.linkState:
        plain.behind.push(block.subarray(from, valueTo))
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

/** An optional attribute, with the longer length where it is needed. */
function attributeOf(type: number, ...value: readonly Uint8Array[]): Uint8Array {
  const length = value.reduce((sum, part) => sum + part.length, 0)
  const head = length > 255 ? [optional | extendedLength, type, length >> 8, length & 255] : [optional, type, length]
  return joined([new Uint8Array(head), ...value])
}

function updateOf(attributes: readonly Uint8Array[]): Uint8Array {
  const octets = joined([new Uint8Array(headerOctets + 4), ...attributes])
  if (octets.length > 0xffff) throw new RangeError(`an UPDATE has at most 65535 octets, not ${octets.length}`)
  octets.fill(0xff, 0, 16)
  const view = new DataView(octets.buffer)
  view.setUint16(16, octets.length)
  view.setUint8(18, messageType.update)
  view.setUint16(headerOctets + 2, octets.length - headerOctets - 4) // behind nothing withdrawn
  return octets
}

const octetsOf = (value: number): Uint8Array =>
  new Uint8Array([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255])

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
