/** Packets out of pcap and pcapng files: as much of both formats as the captures of the tests need. @module */
import { readFileSync } from 'node:fs'

export interface CapturedPacket {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly octets: Uint8Array
  /** Number of the link layer, as libpcap has it. */
  readonly link: number
}

const linkType = { loopback: 0, ethernet: 1, raw: 101, linuxCooked: 113 } as const

export function readPackets(path: string): readonly CapturedPacket[] {
  const file = new Uint8Array(readFileSync(path))
  const view = new DataView(file.buffer)
  return [...(view.getUint32(0) === 0x0a0d0d0a ? pcapngPackets(file, view) : pcapPackets(file, view))]
}

function* pcapPackets(file: Uint8Array, view: DataView): Iterable<CapturedPacket> {
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

function* pcapngPackets(file: Uint8Array, view: DataView): Iterable<CapturedPacket> {
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

/** Where the IP header begins. */
export function networkOffset({ octets, link }: CapturedPacket): number {
  const start =
    link === linkType.ethernet ? 14 : link === linkType.linuxCooked ? 16 : link === linkType.loopback ? 4 : 0
  const isTagged = link === linkType.ethernet && octets[12] === 0x81 && octets[13] === 0
  return isTagged ? start + 4 : start
}
