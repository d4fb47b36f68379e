/**
 * The first octets of a sampled packet: Ethernet (IEEE 802.3, 802.1Q, 802.1ad), MPLS labels (RFC 3032), PPPoE (RFC
 * 2516), IPv4 (RFC 791), IPv6 (RFC 8200), TCP, UDP, SCTP ports and ICMP types. The sample may end anywhere: complete
 * headers are used, and nothing counts as malformed.
 * @module
 */
import type { FlowBlock } from '../columns.ts'

const etherType = {
  ipv4: 0x0800,
  ipv6: 0x86dd,
  vlan: 0x8100,
  serviceVlan: 0x88a8,
  oldServiceVlan: 0x9100,
  mpls: 0x8847,
  mplsUpstream: 0x8848,
  pppoeSession: 0x8864,
} as const
/** PPP protocol numbers, which follow the PPPoE header of six octets. */
const pppProtocol = { ipv4: 0x0021, ipv6: 0x0057 } as const
const pppoeHeaderOctets = 6
const ipProtocol = { hopByHop: 0, icmp: 1, tcp: 6, udp: 17, routing: 43, fragment: 44, ah: 51, icmp6: 58, options: 60 }
const sctp = 132
const ipv6HeaderOctets = 40
/** Maximum number of tags, labels or extension headers; real packets have fewer. */
const maxHeaders = 8

/**
 * Reads an Ethernet frame from its destination address on. Fills the columns of `row`, which must hold "unknown".
 * Returns the octets of the IP packet as its header states; 0 if it states none, or there is no IP packet.
 */
export function fillFromEthernet(view: DataView, at: number, end: number, block: FlowBlock, row: number): number {
  let next = at + 12
  for (let tags = 0; tags < maxHeaders && next + 2 <= end; tags++) {
    const type = view.getUint16(next)
    if (type === etherType.ipv4) return fillFromIpv4(view, next + 2, end, block, row)
    if (type === etherType.ipv6) return fillFromIpv6(view, next + 2, end, block, row)
    if (type === etherType.mpls || type === etherType.mplsUpstream) return fillFromMpls(view, next + 2, end, block, row)
    if (type === etherType.pppoeSession) return fillFromPppoe(view, next + 2, end, block, row)
    if (type !== etherType.vlan && type !== etherType.serviceVlan && type !== etherType.oldServiceVlan) return 0
    next += 4
  }
  return 0
}

/**
 * Reads an MPLS label stack from its top on, and the packet below it, whose type follows only from its IP version
 * field. Returns the octets of the packet; 0 if it is not IP (such as a pseudowire), or if the stack is deeper than any
 * real one.
 */
export function fillFromMpls(view: DataView, at: number, end: number, block: FlowBlock, row: number): number {
  let next = at
  for (let labels = 0; labels < maxHeaders && next + 4 < end; labels++) {
    const isBottom = (view.getUint8(next + 2) & 1) === 1
    next += 4
    if (!isBottom) continue
    const version = view.getUint8(next) >> 4
    if (version === 4) return fillFromIpv4(view, next, end, block, row)
    return version === 6 ? fillFromIpv6(view, next, end, block, row) : 0
  }
  return 0
}

/**
 * Reads a PPPoE session: version, code, session and length, then the PPP protocol. Returns the octets of the IP packet,
 * or 0.
 */
function fillFromPppoe(view: DataView, at: number, end: number, block: FlowBlock, row: number): number {
  const next = at + pppoeHeaderOctets
  if (next + 2 > end) return 0
  const protocol = view.getUint16(next)
  if (protocol === pppProtocol.ipv4) return fillFromIpv4(view, next + 2, end, block, row)
  return protocol === pppProtocol.ipv6 ? fillFromIpv6(view, next + 2, end, block, row) : 0
}

/** Reads an IPv4 packet. Returns its octets; 0 if it is not IPv4, or was sampled before segmentation offload. */
export function fillFromIpv4(view: DataView, at: number, end: number, block: FlowBlock, row: number): number {
  if (at + 20 > end) return 0
  const headerOctets = (view.getUint8(at) & 0x0f) * 4
  if (view.getUint8(at) >> 4 !== 4 || headerOctets < 20) return 0
  const words = row * 4
  block.version[row] = 4
  block.tos[row] = view.getUint8(at + 1)
  block.srcAddr[words] = view.getUint32(at + 12)
  block.dstAddr[words] = view.getUint32(at + 16)
  block.srcAddr[words + 1] = block.dstAddr[words + 1] = 0xffff
  const protocol = view.getUint8(at + 9)
  block.protocol[row] = protocol
  const fragmentOffset = view.getUint16(at + 6) & 0x1fff
  if (fragmentOffset === 0) fillTransport(view, at + headerOctets, end, block, row, protocol)
  return view.getUint16(at + 2)
}

/**
 * Reads an IPv6 packet and skips extension headers (RFC 8200 §4). Returns its octets; 0 if it is not IPv6, or is a
 * jumbogram.
 */
export function fillFromIpv6(view: DataView, at: number, end: number, block: FlowBlock, row: number): number {
  if (at + ipv6HeaderOctets > end || view.getUint8(at) >> 4 !== 6) return 0
  block.version[row] = 6
  block.tos[row] = (view.getUint16(at) >> 4) & 0xff
  for (let word = 0; word < 4; word++) {
    block.srcAddr[row * 4 + word] = view.getUint32(at + 20 - word * 4)
    block.dstAddr[row * 4 + word] = view.getUint32(at + 36 - word * 4)
  }
  let protocol = view.getUint8(at + 6)
  let next = at + ipv6HeaderOctets
  for (let headers = 0; headers < maxHeaders && next + 8 <= end; headers++) {
    let octets = 0
    if (protocol === ipProtocol.hopByHop || protocol === ipProtocol.routing || protocol === ipProtocol.options) {
      octets = (view.getUint8(next + 1) + 1) * 8
    } else if (protocol === ipProtocol.ah) {
      octets = (view.getUint8(next + 1) + 2) * 4
    } else if (protocol === ipProtocol.fragment) {
      octets = 8
    } else {
      break
    }
    const isLaterFragment = protocol === ipProtocol.fragment && view.getUint16(next + 2) >> 3 !== 0
    protocol = view.getUint8(next)
    next += octets
    if (isLaterFragment) next = end
  }
  block.protocol[row] = protocol
  fillTransport(view, next, end, block, row, protocol)
  const payloadOctets = view.getUint16(at + 4)
  return payloadOctets === 0 ? 0 : payloadOctets + ipv6HeaderOctets
}

function fillTransport(view: DataView, at: number, end: number, block: FlowBlock, row: number, protocol: number): void {
  if (at + 4 > end) return
  if (protocol === ipProtocol.icmp || protocol === ipProtocol.icmp6) {
    block.dstPort[row] = view.getUint16(at) // type × 256 + code
  } else if (protocol === ipProtocol.tcp || protocol === ipProtocol.udp || protocol === sctp) {
    block.srcPort[row] = view.getUint16(at)
    block.dstPort[row] = view.getUint16(at + 2)
    if (protocol === ipProtocol.tcp && at + 14 <= end) block.tcpFlags[row] = view.getUint8(at + 13)
  }
}
