/** Records datagrams that pass an interface towards a port, as somebody on the wire would. @module */
import { formatIpv4 } from '@vagus/address'
import { frameHeaderOctets, openFrameSocket, waitForSockets } from '@vagus/linux'
import { datagramIn } from '../segments.ts'

export interface Recording {
  readonly interface: string
  /** UDP. */
  readonly port: number
  /** For so long. */
  readonly milliseconds: number
}

export interface Recorded {
  /** IPv4 addresses. */
  readonly from: string
  readonly fromPort: number
  readonly to: string
  readonly toPort: number
  /** base64 */
  readonly payload: string
}

/** More of them are not kept. */
const most = 2000

export function record({ interface: name, port, milliseconds }: Recording): readonly Recorded[] {
  const socket = openFrameSocket(name)
  const wait = waitForSockets([socket.fd])
  const packets: Recorded[] = []
  for (const until = performance.now() + milliseconds; performance.now() < until; wait(20)) {
    for (let frame = socket.receive(); frame !== undefined; frame = socket.receive()) {
      const datagram = datagramIn(frame.subarray(frameHeaderOctets))
      if (datagram?.to !== port || packets.length === most) continue
      packets.push({
        from: textOf(datagram.source),
        fromPort: datagram.from,
        to: textOf(datagram.destination),
        toPort: datagram.to,
        payload: Buffer.from(datagram.payload).toString('base64'),
      })
    }
  }
  socket.close()
  return packets
}

const textOf = (octets: Uint8Array): string =>
  formatIpv4(new DataView(octets.buffer, octets.byteOffset).getUint32(0) | 0)
