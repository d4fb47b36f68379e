/**
 * The information elements that the collector uses, from the IANA registry "IP Flow Information Export (IPFIX)
 * Entities". NetFlow v9 shares the numbers up to 127 as field types (RFC 7012 §7.1). Elements not listed here cost
 * nothing, as decoders skip them.
 * @module
 */

/** Enterprise number of the reverse direction of IANA elements (RFC 5103 §6.1). */
const reverseEnterprise = 29305

/**
 * Marks the scope field types of NetFlow v9 options templates (RFC 3954 §6.1: system, interface, line card, cache,
 * template), which have their own number space. No enterprise has this number.
 */
export const netflow9ScopeEnterprise = 0xffff_ffff

/** CERT, whose exporter YAF splits TCP flags into two elements. CERT's reverse elements have 0x4000 added. */
const cert = 6871
const certReverse = 0x4000

/** The elements and their roles. If a template has several elements of one role, the first in this table wins. */
const elements = [
  { id: 8, enterprise: 0, name: 'sourceIPv4Address', role: 'srcAddr4' },
  { id: 12, enterprise: 0, name: 'destinationIPv4Address', role: 'dstAddr4' },
  { id: 27, enterprise: 0, name: 'sourceIPv6Address', role: 'srcAddr6' },
  { id: 28, enterprise: 0, name: 'destinationIPv6Address', role: 'dstAddr6' },
  { id: 60, enterprise: 0, name: 'ipVersion', role: 'version' },
  { id: 4, enterprise: 0, name: 'protocolIdentifier', role: 'protocol' },
  { id: 5, enterprise: 0, name: 'ipClassOfService', role: 'tos' },
  { id: 6, enterprise: 0, name: 'tcpControlBits', role: 'tcpFlags' },
  { id: 14, enterprise: cert, name: 'initialTCPFlags', role: 'initialTcpFlags' },
  { id: 15, enterprise: cert, name: 'unionTCPFlags', role: 'unionTcpFlags' },
  { id: 7, enterprise: 0, name: 'sourceTransportPort', role: 'srcPort' },
  { id: 180, enterprise: 0, name: 'udpSourcePort', role: 'srcPort' },
  { id: 182, enterprise: 0, name: 'tcpSourcePort', role: 'srcPort' },
  { id: 11, enterprise: 0, name: 'destinationTransportPort', role: 'dstPort' },
  { id: 181, enterprise: 0, name: 'udpDestinationPort', role: 'dstPort' },
  { id: 183, enterprise: 0, name: 'tcpDestinationPort', role: 'dstPort' },
  { id: 32, enterprise: 0, name: 'icmpTypeCodeIPv4', role: 'icmpTypeCode4' },
  { id: 139, enterprise: 0, name: 'icmpTypeCodeIPv6', role: 'icmpTypeCode6' },
  { id: 176, enterprise: 0, name: 'icmpTypeIPv4', role: 'icmpType4' },
  { id: 177, enterprise: 0, name: 'icmpCodeIPv4', role: 'icmpCode4' },
  { id: 178, enterprise: 0, name: 'icmpTypeIPv6', role: 'icmpType6' },
  { id: 179, enterprise: 0, name: 'icmpCodeIPv6', role: 'icmpCode6' },
  { id: 1, enterprise: 0, name: 'octetDeltaCount', role: 'octets' },
  { id: 85, enterprise: 0, name: 'octetTotalCount', role: 'octets' },
  { id: 231, enterprise: 0, name: 'initiatorOctets', role: 'octets' },
  { id: 352, enterprise: 0, name: 'layer2OctetDeltaCount', role: 'octets' },
  { id: 312, enterprise: 0, name: 'dataLinkFrameSize', role: 'octets' },
  { id: 23, enterprise: 0, name: 'postOctetDeltaCount', role: 'postOctets' },
  { id: 2, enterprise: 0, name: 'packetDeltaCount', role: 'packets' },
  { id: 86, enterprise: 0, name: 'packetTotalCount', role: 'packets' },
  { id: 298, enterprise: 0, name: 'initiatorPackets', role: 'packets' },
  { id: 24, enterprise: 0, name: 'postPacketDeltaCount', role: 'postPackets' },
  { id: 1, enterprise: reverseEnterprise, name: 'reverseOctetDeltaCount', role: 'reverseOctets' },
  { id: 85, enterprise: reverseEnterprise, name: 'reverseOctetTotalCount', role: 'reverseOctets' },
  { id: 232, enterprise: 0, name: 'responderOctets', role: 'reverseOctets' },
  { id: 2, enterprise: reverseEnterprise, name: 'reversePacketDeltaCount', role: 'reversePackets' },
  { id: 86, enterprise: reverseEnterprise, name: 'reversePacketTotalCount', role: 'reversePackets' },
  { id: 299, enterprise: 0, name: 'responderPackets', role: 'reversePackets' },
  { id: 6, enterprise: reverseEnterprise, name: 'reverseTcpControlBits', role: 'reverseTcpFlags' },
  { id: 14 + certReverse, enterprise: cert, name: 'reverseInitialTCPFlags', role: 'reverseInitialTcpFlags' },
  { id: 15 + certReverse, enterprise: cert, name: 'reverseUnionTCPFlags', role: 'reverseUnionTcpFlags' },
  { id: 5, enterprise: reverseEnterprise, name: 'reverseIpClassOfService', role: 'reverseTos' },
  { id: 10, enterprise: 0, name: 'ingressInterface', role: 'inIf' },
  { id: 252, enterprise: 0, name: 'ingressPhysicalInterface', role: 'inIf' },
  { id: 2, enterprise: netflow9ScopeEnterprise, name: 'interface', role: 'inIf' },
  { id: 14, enterprise: 0, name: 'egressInterface', role: 'outIf' },
  { id: 253, enterprise: 0, name: 'egressPhysicalInterface', role: 'outIf' },
  { id: 16, enterprise: 0, name: 'bgpSourceAsNumber', role: 'srcAs' },
  { id: 17, enterprise: 0, name: 'bgpDestinationAsNumber', role: 'dstAs' },
  { id: 61, enterprise: 0, name: 'flowDirection', role: 'direction' },
  { id: 315, enterprise: 0, name: 'dataLinkFrameSection', role: 'frame' },
  { id: 22, enterprise: 0, name: 'flowStartSysUpTime', role: 'startUptime' },
  { id: 21, enterprise: 0, name: 'flowEndSysUpTime', role: 'endUptime' },
  { id: 152, enterprise: 0, name: 'flowStartMilliseconds', role: 'startMilliseconds' },
  { id: 153, enterprise: 0, name: 'flowEndMilliseconds', role: 'endMilliseconds' },
  { id: 150, enterprise: 0, name: 'flowStartSeconds', role: 'startSeconds' },
  { id: 151, enterprise: 0, name: 'flowEndSeconds', role: 'endSeconds' },
  { id: 154, enterprise: 0, name: 'flowStartMicroseconds', role: 'startNtp' },
  { id: 156, enterprise: 0, name: 'flowStartNanoseconds', role: 'startNtp' },
  { id: 155, enterprise: 0, name: 'flowEndMicroseconds', role: 'endNtp' },
  { id: 157, enterprise: 0, name: 'flowEndNanoseconds', role: 'endNtp' },
  { id: 158, enterprise: 0, name: 'flowStartDeltaMicroseconds', role: 'startDelta' },
  { id: 159, enterprise: 0, name: 'flowEndDeltaMicroseconds', role: 'endDelta' },
  { id: 160, enterprise: 0, name: 'systemInitTimeMilliseconds', role: 'initTime' },
  { id: 161, enterprise: 0, name: 'flowDurationMilliseconds', role: 'durationMilliseconds' },
  { id: 162, enterprise: 0, name: 'flowDurationMicroseconds', role: 'durationMicroseconds' },
  { id: 323, enterprise: 0, name: 'observationTimeMilliseconds', role: 'observedMilliseconds' },
  { id: 322, enterprise: 0, name: 'observationTimeSeconds', role: 'observedSeconds' },
  { id: 324, enterprise: 0, name: 'observationTimeMicroseconds', role: 'observedNtp' },
  { id: 325, enterprise: 0, name: 'observationTimeNanoseconds', role: 'observedNtp' },
  { id: 34, enterprise: 0, name: 'samplingInterval', role: 'samplingInterval' },
  { id: 50, enterprise: 0, name: 'samplerRandomInterval', role: 'samplingInterval' },
  { id: 305, enterprise: 0, name: 'samplingPacketInterval', role: 'samplingPacketInterval' },
  { id: 306, enterprise: 0, name: 'samplingPacketSpace', role: 'samplingPacketSpace' },
  { id: 309, enterprise: 0, name: 'samplingSize', role: 'samplingSize' },
  { id: 310, enterprise: 0, name: 'samplingPopulation', role: 'samplingPopulation' },
  { id: 48, enterprise: 0, name: 'samplerId', role: 'samplerId' },
  { id: 302, enterprise: 0, name: 'selectorId', role: 'samplerId' },
  { id: 82, enterprise: 0, name: 'interfaceName', role: 'interfaceName' },
  { id: 83, enterprise: 0, name: 'interfaceDescription', role: 'interfaceDescription' },
] as const satisfies readonly { id: number; enterprise: number; name: string; role: string }[]

export type Role = (typeof elements)[number]['role']

const keyOf = (id: number, enterprise: number): number => enterprise * 0x1_0000 + id
const byKey = new Map(elements.map((element, rank) => [keyOf(element.id, element.enterprise), { ...element, rank }]))

/**
 * The role of an element and its rank among elements of that role (lowest wins); undefined if the element is not used.
 */
export function roleOf(id: number, enterprise: number): { readonly role: Role; readonly rank: number } | undefined {
  return byKey.get(keyOf(id, enterprise))
}
