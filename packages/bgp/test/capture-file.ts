/** The octets that each side of a TCP connection of BGP sent, out of captures. @module */
import { networkOffset, readPackets } from '../../../test/pcap.ts'

/** Payloads of TCP segments from or to port 179, in order of capture; empty ones left out. */
export function readSegments(path: string): readonly Uint8Array[] {
  return readPackets(path).flatMap((packet) => {
    const { octets } = packet
    const start = networkOffset(packet)
    const isIpv4 = (octets[start] ?? 0) >> 4 === 4
    const tcp = start + (isIpv4 ? (octets[start]! & 15) * 4 : 40)
    if (octets[start + (isIpv4 ? 9 : 6)] !== 6 || octets.length < tcp + 20) return []
    const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
    if (view.getUint16(tcp) !== 179 && view.getUint16(tcp + 2) !== 179) return []
    const payload = tcp + (octets[tcp + 12]! >> 4) * 4
    return payload < octets.length ? [octets.subarray(payload)] : []
  })
}
