/** A device agent as the controller sees one: counter samples of one interface, every half second. */
import { createSocket } from 'node:dgram'
import { encodeCounterDatagram } from '@vagus/flow'

export interface TestDevice {
  /** What the next samples say. */
  state: 'up' | 'down'
  stop(): void
}

/** Counts `bitsPerSecond` in and half of that out, from the moment that it starts. */
export function startDevice(
  agentAddress: string,
  { index, name, bitsPerSecond }: { readonly index: number; readonly name: string; readonly bitsPerSecond: number },
  port: number,
): TestDevice {
  const socket = createSocket('udp4')
  const started = performance.now()
  let sequence = 0
  const timer = setInterval(() => {
    sequence++
    const uptimeMs = Math.round(performance.now() - started)
    const octets = Math.round((uptimeMs * bitsPerSecond) / 8000)
    const sample = {
      sequence,
      ifIndex: index,
      ifName: name,
      ifSpeed: 0n,
      adminUp: true,
      operUp: device.state === 'up',
      inOctets: BigInt(octets),
      outOctets: BigInt(octets >> 1),
      inPackets: 0,
      outPackets: 0,
      inDiscards: 0,
      outDiscards: 0,
      inErrors: 0,
      outErrors: 0,
    }
    const datagram = encodeCounterDatagram({ agentAddress, subAgent: 0, sequence, uptimeMs, samples: [sample] })
    socket.send(datagram, port, '127.0.0.1')
  }, 500)
  const device: TestDevice = {
    state: 'up',
    stop() {
      clearInterval(timer)
      socket.close()
    },
  }
  return device
}
