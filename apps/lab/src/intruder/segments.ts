/**
 * The few packets that a stranger makes and reads: the opening of TCP connections (RFC 9293 §3.1), and UDP datagrams (RFC 768)
 * in captured Ethernet frames.
 * @module
 */

const protocols = { tcp: 6, udp: 17 } as const
const synOctets = 20
/** Flags of TCP. */
const syn = 0x02
const rst = 0x04
const ack = 0x10
const ethernetOctets = 14
const etherTypeIpv4 = 0x0800

/** A TCP segment that asks for a connection, for a socket that writes the IPv4 header. Addresses of four octets. */
export function synOf(source: Uint8Array, destination: Uint8Array, from: number, to: number): Uint8Array {
  const segment = new Uint8Array(synOctets)
  const view = new DataView(segment.buffer)
  view.setUint16(0, from)
  view.setUint16(2, to)
  view.setUint32(4, to) // any number will do
  segment[12] = (synOctets / 4) << 4
  segment[13] = syn
  view.setUint16(14, 64_240)
  const pseudo = Uint8Array.of(...source, ...destination, 0, protocols.tcp, 0, synOctets)
  view.setUint16(16, checksumOf(pseudo, segment))
  return segment
}

export interface TcpAnswer {
  /** The one that was asked. */
  readonly port: number
  readonly to: number
  readonly what: 'open' | 'closed'
}

/** What an IPv4 packet answers to a SYN; undefined: it does not. */
export function tcpAnswerIn(packet: Uint8Array): TcpAnswer | undefined {
  const header = headerOctets(packet)
  if (packet[9] !== protocols.tcp || packet.length < header + synOctets) return undefined
  const view = new DataView(packet.buffer, packet.byteOffset + header)
  const flags = view.getUint8(13)
  const what = (flags & rst) !== 0 ? 'closed' : (flags & (syn | ack)) === (syn | ack) ? 'open' : undefined
  return what && { port: view.getUint16(0), to: view.getUint16(2), what }
}

export interface Datagram {
  /** IPv4 addresses, four octets each. */
  readonly source: Uint8Array
  readonly destination: Uint8Array
  readonly from: number
  readonly to: number
  readonly payload: Uint8Array
}

/** The datagram in an Ethernet frame; undefined: none, or not all of one. */
export function datagramIn(frame: Uint8Array): Datagram | undefined {
  if (frame.length < ethernetOctets + 28) return undefined
  const whole = new DataView(frame.buffer, frame.byteOffset)
  const packet = frame.subarray(ethernetOctets)
  if (whole.getUint16(12) !== etherTypeIpv4 || packet[9] !== protocols.udp) return undefined
  const header = headerOctets(packet)
  const isFragment = (whole.getUint16(ethernetOctets + 6) & 0x3fff) !== 0
  if (isFragment || packet.length < header + 8) return undefined
  const view = new DataView(packet.buffer, packet.byteOffset + header)
  const length = view.getUint16(4)
  if (length < 8 || packet.length < header + length) return undefined
  return {
    source: packet.slice(12, 16),
    destination: packet.slice(16, 20),
    from: view.getUint16(0),
    to: view.getUint16(2),
    payload: packet.slice(header + 8, header + length),
  }
}

/** UDP header and payload, without a checksum (RFC 768: zero), for a socket that writes the IPv4 header. */
export function udpOf(from: number, to: number, payload: Uint8Array): Uint8Array {
  const octets = new Uint8Array(8 + payload.length)
  const view = new DataView(octets.buffer)
  view.setUint16(0, from)
  view.setUint16(2, to)
  view.setUint16(4, octets.length)
  octets.set(payload, 8)
  return octets
}

const headerOctets = (packet: Uint8Array): number => (packet[0]! & 15) * 4

/** RFC 1071, over both, of an even number of octets each. */
function checksumOf(...parts: readonly Uint8Array[]): number {
  let sum = parts.reduce((total, part) => total + sumOf(part), 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function sumOf(octets: Uint8Array): number {
  let sum = 0
  for (let at = 0; at + 1 < octets.length; at += 2) sum += (octets[at]! << 8) | octets[at + 1]!
  return sum
}
