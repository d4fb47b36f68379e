/** UDP: a listening socket serves any number of peers, one route per remote address. @module */
import { createSocket, type Socket, type SocketOptions } from 'node:dgram'
import type { DatagramPeer, DatagramReceiver, Datagrams } from './datagrams.ts'
import { endpointText, type EndpointUri } from './endpoint-uri.ts'
import { type Endpoint, type HostRoute, routeCost, type RouteReceiver } from './host-route.ts'
import { nativeDatagrams } from './native-datagrams.ts'
import { nodeDatagrams } from './node-datagrams.ts'
import { PeerRoutes } from './peer-routes.ts'

/**
 * For packets of a session; passes everywhere (RFC 9000 §14). Handshake messages are longer, up to 1,344 octets: on a
 * narrower IPv4 path they arrive in fragments (`mayBeCut` in native-datagrams.ts).
 */
export const maxUdpOctets = 1200
const encoder = new TextEncoder()
/** Octets requested for the kernel's buffers; it may grant less. */
const bufferOctets = 4 * 2 ** 20

/** The socket shared by routes. */
export interface RouteSocket {
  /** Its own address as a URI. */
  readonly text: string
  send(route: UdpRoute, packet: Uint8Array, dscp: number | undefined): void
  /** Called when a session uses the route. */
  readonly use?: (route: UdpRoute) => void
  end(route: UdpRoute): void
}

export class UdpRoute implements HostRoute {
  readonly kind = 'datagram'
  readonly transport = 'udp'
  readonly maxOctets = maxUdpOctets
  readonly cost = routeCost.udp
  readonly queued = 0
  users: HostRoute['users'] = undefined
  radio: HostRoute['radio'] = undefined
  readonly remote: string
  readonly peer: DatagramPeer
  /** The key under which the socket knows the peer. */
  readonly key: string | number
  readonly #socket: RouteSocket

  constructor(remote: string, peer: DatagramPeer, key: string | number, socket: RouteSocket) {
    this.remote = remote
    this.peer = peer
    this.key = key
    this.#socket = socket
  }

  get local(): string {
    return this.#socket.text
  }

  /** Computed on each call: only handshakes need it. */
  get source(): Uint8Array {
    return encoder.encode(this.remote)
  }

  send(packet: Uint8Array, dscp?: number): void {
    this.#socket.send(this, packet, dscp)
  }

  used(): void {
    this.#socket.use?.(this)
  }

  close(): void {
    this.#socket.end(this)
  }
}

export function openSocket(family: 4 | 6, options: Partial<SocketOptions> = {}): Socket {
  return createSocket({
    type: family === 4 ? 'udp4' : 'udp6',
    // Addresses only: asking the resolver about them would cost a turn of the event loop per datagram.
    lookup: (address, _, done) => done(null, address, family),
    ...options,
  })
}

export function widen(socket: Socket): void {
  try {
    socket.setRecvBufferSize(bufferOctets)
    socket.setSendBufferSize(bufferOctets)
  } catch {
    // Keeps the kernel's own size.
  }
}

export const openDatagrams = (socket: Socket, receiver: DatagramReceiver): Datagrams =>
  nativeDatagrams(socket, receiver) ?? nodeDatagrams(socket, receiver)

export const bound = (socket: Socket, port: number, address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ port, address, exclusive: true }, () => {
      socket.off('error', reject)
      resolve()
    })
  })

/** @throws the system's error if the address cannot be bound */
export async function listenUdp(uri: EndpointUri, receiver: RouteReceiver): Promise<Endpoint> {
  const family = uri.family === 6 ? 6 : 4
  const socket = openSocket(family, { ipv6Only: family === 6 })
  await bound(socket, uri.port, uri.host)
  widen(socket)
  const local = socket.address()
  const text = endpointText('udp', local.address, local.port)
  const routes = new PeerRoutes<UdpRoute>()
  const shared: RouteSocket = {
    text,
    send: ({ peer }, packet, dscp) => datagrams.send(packet, peer, dscp),
    use: (route) => routes.use(route),
    end: (route) => routes.end(route),
  }
  const open = (key: string | number, sender: DatagramPeer): UdpRoute => {
    const route = new UdpRoute(endpointText('udp', sender.address, sender.port), sender, key, shared)
    routes.add(route)
    return route
  }
  const datagrams = openDatagrams(socket, {
    datagram: (packet, key, sender) => receiver.packet(routes.get(key) ?? open(key, sender()), packet),
    failed: ignore, // one datagram failed; the next may pass
  })
  return { uri: text, close: () => datagrams.close() }
}

function ignore(): void {
  // A datagram may be lost anyway.
}
