/** Reads UDP payloads from captures. @module */
import { networkOffset, readPackets, type CapturedPacket } from '../../../test/pcap.ts'

export interface CapturedDatagram {
  /** 16 octets, IPv4 as ::ffff:a.b.c.d. */
  readonly address: Uint8Array
  readonly port: number
  readonly destinationPort: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly payload: Uint8Array
}

export function readCapture(path: string): readonly CapturedDatagram[] {
  return readPackets(path).flatMap((packet) => udpOf(packet) ?? [])
}

function udpOf(captured: CapturedPacket): CapturedDatagram | undefined {
  const { at, octets: packet } = captured
  const start = networkOffset(captured)
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
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
