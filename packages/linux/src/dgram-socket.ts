/** A bound UDP socket of node:dgram, used when native calls do not work or few datagrams arrive. @module */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { parseAddress } from '@vagus/address'
import { type UnavailableCode, UnavailableError } from './errors.ts'
import type { ReceivedRun } from './ring-reader.ts'

export interface DgramSocketOptions {
  readonly address: string
  /** 0 lets the kernel choose. */
  readonly port: number
  /** Requested socket buffer in octets; default that of the kernel. */
  readonly receiveBuffer?: number
  /** What `::` accepts: IPv6 only, so that 0.0.0.0 can be bound to the same port, or both. */
  readonly families: 'own' | 'both'
}

/** Source addresses whose octets are remembered; forgotten all at once when full. */
const maxAddresses = 4096
const codes: Readonly<Record<string, UnavailableCode>> = {
  EADDRINUSE: 'in-use',
  EADDRNOTAVAIL: 'address',
  EACCES: 'not-permitted',
}

/**
 * Calls `onDatagram` with each datagram and its sender, which must not be changed. Zones of link-local senders are left
 * out: as 16 octets, an address has none.
 * @throws {UnavailableError} when the address cannot be bound
 */
export async function openDgramSocket(
  { address, port, receiveBuffer, families }: DgramSocketOptions,
  onDatagram: (datagram: Uint8Array, source: ReceivedRun['source']) => void,
): Promise<Socket> {
  const isVersion6 = address.includes(':')
  const socket = createSocket({
    type: isVersion6 ? 'udp6' : 'udp4',
    ipv6Only: isVersion6 && families === 'own',
    ...(receiveBuffer === undefined ? {} : { recvBufferSize: receiveBuffer }),
  })
  try {
    socket.bind(port, address)
    await once(socket, 'listening')
  } catch (cause) {
    socket.close()
    const { code = '' } = cause as NodeJS.ErrnoException
    throw new UnavailableError(codes[code] ?? 'refused', `bind to ${address} port ${port}: ${code}`, { cause })
  }
  const octetsOf = new Map<string, Uint8Array>()
  socket.on('message', (datagram, sender) => {
    let octets = octetsOf.get(sender.address)
    if (octets === undefined) {
      if (octetsOf.size >= maxAddresses) octetsOf.clear()
      octets = parseAddress(sender.address.replace(/%.*/, ''))
      octetsOf.set(sender.address, octets)
    }
    onDatagram(datagram, { address: octets, port: sender.port })
  })
  // An ICMP error for a packet that we did not send: nothing to do.
  socket.on('error', () => undefined)
  return socket
}
