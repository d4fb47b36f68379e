/** Reads UDP payloads out of pcap and pcapng files: as much of both formats as the captures need. @module */
import { readFileSync } from 'node:fs'

export interface CapturedDatagram {
  /** 16 octets, IPv4 as ::ffff:a.b.c.d. */
  readonly address: Uint8Array
  readonly port: number
  readonly destinationPort: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly payload: Uint8Array
}

const linkType = { loopback: 0, ethernet: 1, raw: 101, linuxCooked: 113 } as const

export function readCapture(path: string): readonly CapturedDatagram[] {
  const file = new Uint8Array(readFileSync(path))
  const view = new DataView(file.buffer)
  const packets = view.getUint32(0) === 0x0a0d0d0a ? pcapngPackets(file, view) : pcapPackets(file, view)
  return [...packets].flatMap(({ at, octets, link }) => udpOf(octets, link, at) ?? [])
}

interface Packet {
  readonly at: number
  readonly octets: Uint8Array
  readonly link: number
}

function* pcapPackets(file: Uint8Array, view: DataView): Iterable<Packet> {
  const isLittle = [0xd4c3b2a1, 0x4d3cb2a1].includes(view.getUint32(0))
  const perMs = [0x4d3cb2a1, 0xa1b23c4d].includes(view.getUint32(0)) ? 1_000_000 : 1000
  const link = view.getUint32(20, isLittle)
  for (let at = 24; at + 16 <= file.length;) {
    const length = view.getUint32(at + 8, isLittle)
    const time = view.getUint32(at, isLittle) * 1000 + view.getUint32(at + 4, isLittle) / perMs
    yield { at: time, octets: file.subarray(at + 16, at + 16 + length), link }
    at += 16 + length
  }
}

function* pcapngPackets(file: Uint8Array, view: DataView): Iterable<Packet> {
  const isLittle = view.getUint32(8) === 0x4d3c2b1a
  const links: number[] = []
  for (let at = 0; at + 12 <= file.length; at += view.getUint32(at + 4, isLittle)) {
    const type = view.getUint32(at, isLittle)
    if (type === 1) links.push(view.getUint16(at + 8, isLittle))
    if (type !== 6) continue
    const microseconds = view.getUint32(at + 12, isLittle) * 0x1_0000_0000 + view.getUint32(at + 16, isLittle)
    const length = view.getUint32(at + 20, isLittle)
    const link = links[view.getUint32(at + 8, isLittle)] ?? linkType.ethernet
    yield { at: microseconds / 1000, octets: file.subarray(at + 28, at + 28 + length), link }
  }
}

function udpOf(packet: Uint8Array, link: number, at: number): CapturedDatagram | undefined {
  let start = link === linkType.ethernet ? 14 : link === linkType.linuxCooked ? 16 : link === linkType.loopback ? 4 : 0
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  if (link === linkType.ethernet && view.getUint16(12) === 0x8100) start += 4
  const address = new Uint8Array(16)
  const version = packet[start]! >> 4
  let udp = start + 40
  if (version === 4) {
    address.set([255, 255], 10)
    address.set(packet.subarray(start + 12, start + 16), 12)
    udp = start + (packet[start]! & 15) * 4
  } else {
    address.set(packet.subarray(start + 8, start + 24))
  }
  const protocol = version === 4 ? packet[start + 9] : packet[start + 6]
  if (protocol !== 17) return undefined
  const length = view.getUint16(udp + 4)
  return {
    address,
    port: view.getUint16(udp),
    destinationPort: view.getUint16(udp + 2),
    at,
    payload: packet.subarray(udp + 8, udp + length),
  }
}
