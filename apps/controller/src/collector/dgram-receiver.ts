/** Receiving by node:dgram, for machines where native calls do not work. @module */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { parseAddress } from '@vagus/address'
import { type UnavailableCode, UnavailableError } from '@vagus/linux'
import type { UdpEndpoint } from '../config/endpoint.ts'
import type { OnDatagrams, OnIdle, Receiver } from './datagrams.ts'

/** Source addresses whose octets are remembered; forgotten all at once when full. */
const maxAddresses = 4096
/** Between two looks at what can wait, milliseconds. */
const idleStep = 100
const codes: Readonly<Record<string, UnavailableCode>> = {
  EADDRINUSE: 'in-use',
  EADDRNOTAVAIL: 'address',
  EACCES: 'not-permitted',
}

/** @throws {UnavailableError} when an address cannot be bound */
export async function openDgramReceiver(
  listen: readonly UdpEndpoint[],
  receiveBuffer: number,
  onDatagrams: OnDatagrams,
  onIdle: OnIdle,
  fallback: string,
): Promise<Receiver> {
  const octetsOf = new Map<string, Uint8Array>()
  const take = (datagram: Uint8Array, { address, port }: RemoteInfo): void => {
    let octets = octetsOf.get(address)
    if (octets === undefined) {
      if (octetsOf.size >= maxAddresses) octetsOf.clear()
      octets = parseAddress(address.replace(/%.*/, ''))
      octetsOf.set(address, octets)
    }
    const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength)
    const { length } = datagram
    const run = { octets: datagram, view, memory: undefined, at: 0, end: length, each: length }
    onDatagrams(run, { address: octets, port }, Date.now())
  }
  // Node does not tell when a socket is empty: what can wait gets the turns of the event loop between two reads.
  let turn: NodeJS.Immediate | undefined
  const catchUp = (): void => {
    turn = onIdle() === 'done' ? setImmediate(catchUp) : undefined
  }
  const timer = setInterval(() => (turn ??= setImmediate(catchUp)), idleStep)
  const sockets: Socket[] = []
  try {
    for (const endpoint of listen) sockets.push(await bound(endpoint, receiveBuffer, take))
  } catch (error) {
    clearInterval(timer)
    for (const socket of sockets) socket.close()
    throw error
  }
  return {
    kind: 'dgram',
    fallback,
    endpoints: sockets.map((socket) => ({ address: socket.address().address, port: socket.address().port })),
    receiveBuffer: Math.min(...sockets.map((socket) => socket.getRecvBufferSize() / 2)),
    dropped: () => 0,
    async stop() {
      clearInterval(timer)
      clearImmediate(turn)
      await Promise.all(
        sockets.map(async (socket) => {
          socket.close()
          await once(socket, 'close')
        }),
      )
    },
  }
}

async function bound(
  { address, port }: UdpEndpoint,
  receiveBuffer: number,
  take: (datagram: Uint8Array, from: RemoteInfo) => void,
): Promise<Socket> {
  const isVersion6 = address.includes(':')
  const socket = createSocket({
    type: isVersion6 ? 'udp6' : 'udp4',
    ipv6Only: isVersion6,
    recvBufferSize: receiveBuffer,
  })
  try {
    socket.bind(port, address)
    await once(socket, 'listening')
  } catch (cause) {
    socket.close()
    const { code = '' } = cause as NodeJS.ErrnoException
    throw new UnavailableError(codes[code] ?? 'refused', `bind to ${address} port ${port}: ${code}`, { cause })
  }
  socket.on('message', take)
  // An ICMP answer to nothing that we sent: there is nothing to do about it.
  socket.on('error', () => undefined)
  return socket
}
