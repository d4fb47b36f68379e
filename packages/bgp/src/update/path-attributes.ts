/**
 * The path attributes of an UPDATE as values. What has no field here is kept byte for byte in `unknown`.
 * @module
 */
import type { AsPath } from './as-path.ts'
import type { MpReach, MpUnreach } from './multiprotocol.ts'

/** RFC 4271 §5.1.7. `address` is the BGP identifier of the speaker that aggregated. */
export interface Aggregator {
  readonly as: number
  readonly address: number
}

/** RFC 8092 §3: three numbers of 32 bits. */
export interface LargeCommunity {
  readonly globalAdministrator: number
  readonly localData1: number
  readonly localData2: number
}

/** A TLV of AIGP (RFC 7311 §3): type 1 holds the metric as 64 bits. */
export interface AigpTlv {
  readonly type: number
  readonly value: Uint8Array
}

export interface UnknownAttribute {
  readonly flags: number
  readonly code: number
  readonly value: Uint8Array
}

export interface PathAttributes {
  /** A number of `origin`. */
  readonly origin?: number
  readonly asPath?: AsPath
  /** Four octets; routes of other families have theirs in `mpReach`. */
  readonly nextHop?: Uint8Array
  readonly multiExitDisc?: number
  readonly localPref?: number
  readonly atomicAggregate?: 'present'
  readonly aggregator?: Aggregator
  /** RFC 1997: 32 bits each. */
  readonly communities?: readonly number[]
  /** RFC 4456 §8: BGP identifiers. */
  readonly originatorId?: number
  readonly clusterList?: readonly number[]
  readonly mpReach?: MpReach
  readonly mpUnreach?: MpUnreach
  /** RFC 4360: 64 bits each, the type in the highest. */
  readonly extendedCommunities?: readonly bigint[]
  /** Only on the wire of sessions with two-octet AS numbers; merged into `asPath` when read (RFC 6793). */
  readonly as4Path?: AsPath
  readonly as4Aggregator?: Aggregator
  /** RFC 9012: form checked, content as it is. */
  readonly tunnelEncapsulation?: Uint8Array
  /** RFC 5701: 20 octets each. */
  readonly ipv6ExtendedCommunities?: readonly Uint8Array[]
  readonly aigp?: readonly AigpTlv[]
  /** The TLVs of the BGP-LS attribute (RFC 9552 §5.3); `decodeLinkStateTlvs` reads them. */
  readonly linkState?: Uint8Array
  readonly largeCommunities?: readonly LargeCommunity[]
  /** RFC 9234 §5: the AS that marked the route. */
  readonly onlyToCustomer?: number
  /** RFC 8669: form checked, content as it is. */
  readonly prefixSid?: Uint8Array
  readonly unknown?: readonly UnknownAttribute[]
  /** Codes of known optional transitive attributes that came with the Partial bit. */
  readonly partial?: readonly number[]
}
