/**
 * Every TLV of BGP-LS that we know: RFC 9552 (descriptors §5.2, attributes §5.3), RFC 9086 §5 (peers of BGP), RFC 8571
 * §2 (performance of links). Rates are octets per second in single precision; delays are microseconds in 24 bits.
 * @module
 */
import { type Codec, list, octets, rest, struct, uint16, uint32, uint64, uint8 } from '@vagus/wire'
import { float32, igpMetric, listOf, text, uint24 } from './fields.ts'

/** NLRI types (RFC 9552 §5.2). */
export const nlriType = { node: 1, link: 2, ipv4Prefix: 3, ipv6Prefix: 4 } as const

/** Protocol-ID of links between BGP peers (RFC 9086 §3). */
export const protocolId = { isisLevel1: 1, isisLevel2: 2, ospfv2: 3, direct: 4, static: 5, ospfv3: 6, bgp: 7 } as const

/** Descriptors that hold TLVs of a node. */
export const nodeDescriptor = { local: 256, remote: 257 } as const

const peerSid = struct({ flags: uint8, weight: uint8, reserved: uint16, sid: rest })

const table = {
  'link-identifiers': [258, struct({ local: uint32, remote: uint32 })],
  'ipv4-interface-address': [259, octets(4)],
  'ipv4-neighbour-address': [260, octets(4)],
  'ipv6-interface-address': [261, octets(16)],
  'ipv6-neighbour-address': [262, octets(16)],
  'multi-topology-ids': [263, list(uint16)],
  'ospf-route-type': [264, uint8],
  'ip-reachability': [265, struct({ length: uint8, prefix: rest })],
  'autonomous-system': [512, uint32],
  'bgp-ls-identifier': [513, uint32],
  'ospf-area-id': [514, uint32],
  'igp-router-id': [515, rest],
  'bgp-router-id': [516, uint32],
  'bgp-confederation-member': [517, uint32],
  'node-flags': [1024, uint8],
  'opaque-node': [1025, rest],
  'node-name': [1026, text],
  'isis-area': [1027, rest],
  'local-ipv4-router-id': [1028, octets(4)],
  'local-ipv6-router-id': [1029, octets(16)],
  'remote-ipv4-router-id': [1030, octets(4)],
  'remote-ipv6-router-id': [1031, octets(16)],
  'administrative-group': [1088, uint32],
  'maximum-link-bandwidth': [1089, float32],
  'maximum-reservable-bandwidth': [1090, float32],
  'unreserved-bandwidth': [1091, listOf(8, float32)],
  'te-metric': [1092, uint32],
  'link-protection': [1093, uint16],
  'mpls-protocols': [1094, uint8],
  'igp-metric': [1095, igpMetric],
  'shared-risk-link-groups': [1096, list(uint32)],
  'opaque-link': [1097, rest],
  'link-name': [1098, text],
  'peer-node-sid': [1101, peerSid],
  'peer-adjacency-sid': [1102, peerSid],
  'peer-set-sid': [1103, peerSid],
  delay: [1114, struct({ flags: uint8, microseconds: uint24 })],
  'delay-range': [1115, struct({ flags: uint8, least: uint24, reserved: uint8, most: uint24 })],
  'delay-variation': [1116, struct({ reserved: uint8, microseconds: uint24 })],
  // In units of 0.000003 %.
  loss: [1117, struct({ flags: uint8, share: uint24 })],
  'residual-bandwidth': [1118, float32],
  'available-bandwidth': [1119, float32],
  'utilized-bandwidth': [1120, float32],
  'igp-flags': [1152, uint8],
  'route-tags': [1153, list(uint32)],
  'extended-route-tags': [1154, list(uint64)],
  'prefix-metric': [1155, uint32],
  'ospf-forwarding-address': [1156, rest],
  'opaque-prefix': [1157, rest],
} as const

export type TlvName = keyof typeof table
export type TlvValue<Name extends TlvName> = (typeof table)[Name][1] extends Codec<infer Value> ? Value : never

export type KnownTlv = { [Name in TlvName]: { readonly type: Name; readonly value: TlvValue<Name> } }[TlvName]

export interface TlvFacts {
  readonly name: TlvName
  readonly code: number
  readonly codec: Codec<unknown>
}

const all = Object.entries(table).map(([name, [code, codec]]) => ({ name, code, codec }) as TlvFacts)
export const tlvByCode: ReadonlyMap<number, TlvFacts> = new Map(all.map((facts) => [facts.code, facts]))
export const tlvByName: ReadonlyMap<string, TlvFacts> = new Map(all.map((facts) => [facts.name, facts]))
