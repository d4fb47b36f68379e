/** UDP datagrams of a pcap file, as they were exported. */
import { readFileSync } from 'node:fs'

export interface CapturedDatagram {
  readonly sourcePort: number
  readonly payload: Uint8Array
}

/** Ethernet captures of IPv4 and IPv6 without extension headers, which is what the shared ones are. */
export function capturedDatagrams(path: string): readonly CapturedDatagram[] {
  const file = readFileSync(path)
  const isLittle = file.readUInt32LE(0) === 0xa1b2c3d4
  const uint32 = (at: number): number => (isLittle ? file.readUInt32LE(at) : file.readUInt32BE(at))
  const found: CapturedDatagram[] = []
  for (let at = 24; at < file.length; at += 16 + uint32(at + 8)) {
    const ip = at + 16 + 14
    const udp = ip + (file[ip]! >> 4 === 4 ? (file[ip]! & 0xf) * 4 : 40)
    const length = file.readUInt16BE(udp + 4)
    found.push({ sourcePort: file.readUInt16BE(udp), payload: file.subarray(udp + 8, udp + length) })
  }
  return found
}
