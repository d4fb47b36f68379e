/**
 * The per-peer header of BMP (RFC 7854 §4.2, RFC 8671 §4, RFC 9069 §4): whose routes a message is about, and which of
 * the router's tables they are in.
 *
 *   octets  1     1      8              16       4   4       4        4
 *           type  flags  distinguisher  address  AS  BGP ID  seconds  microseconds
 *
 * @module
 */
import type { Reader } from '@vagus/wire'

/** The tables of a router that BMP shows. */
const bmpRibs = ['pre-policy', 'post-policy', 'adj-out-pre-policy', 'adj-out-post-policy', 'loc-rib'] as const
export type BmpRib = (typeof bmpRibs)[number]

/** RFC 7854 §10.2, RFC 9069 §8.1. */
const locRibInstance = 3
const flag = { ipv6: 0x80, postPolicy: 0x40, twoOctetAs: 0x20, adjOut: 0x10 } as const

export interface BmpPeer {
  /** 0 global, 1 VRF, 2 local, 3 Loc-RIB. */
  readonly type: number
  readonly distinguisher: bigint
  /** 16 octets, IPv4 is mapped. All zero with type 3. */
  readonly address: Uint8Array
  readonly as: number
  readonly bgpIdentifier: number
  readonly rib: BmpRib
  /** Octets of AS numbers in the UPDATE messages. */
  readonly asOctets: 2 | 4
  /** Milliseconds since 1970 by the router's clock; 0 when it does not say. */
  readonly at: number
}

/** @throws {DecodeError} when it is cut off */
export function readPeerHeader(r: Reader): BmpPeer {
  const [type, flags] = [r.uint8(), r.uint8()]
  const distinguisher = r.uint64()
  const address = r.octets(16).slice()
  const [as, bgpIdentifier, seconds, microseconds] = [r.uint32(), r.uint32(), r.uint32(), r.uint32()]
  const isLocRib = type === locRibInstance
  if (isLocRib || (flags & flag.ipv6) === 0) address.fill(0xff, 10, 12)
  return {
    type,
    distinguisher,
    address,
    as,
    bgpIdentifier,
    rib: isLocRib ? 'loc-rib' : ribOf(flags),
    asOctets: !isLocRib && (flags & flag.twoOctetAs) !== 0 ? 2 : 4,
    at: seconds * 1000 + Math.trunc(microseconds / 1000),
  }
}

function ribOf(flags: number): BmpRib {
  const isPost = (flags & flag.postPolicy) !== 0
  if ((flags & flag.adjOut) !== 0) return isPost ? 'adj-out-post-policy' : 'adj-out-pre-policy'
  return isPost ? 'post-policy' : 'pre-policy'
}
