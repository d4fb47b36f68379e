/**
 * A UDP socket for a direct path through a NAT: it takes packets from anybody, as one that listens does, and sends to
 * anybody, as one that dials does. Each peer gets one of its own, so that nobody recognises an agent by its port.
 * @module
 */
import { type DatagramPeer, type Datagrams, goneCodes } from './datagrams.ts'
import { endpointText } from './endpoint-uri.ts'
import type { HostRoute, RouteReceiver } from './host-route.ts'
import { PeerRoutes } from './peer-routes.ts'
import { bound, openDatagrams, openSocket, type RouteSocket, UdpRoute, widen } from './udp.ts'

export interface OpenUdp {
  /** Its own address and port. */
  readonly local: { readonly host: string; readonly port: number }
  /** The same as a URI, which its routes have as `local`. */
  readonly text: string
  /** Where others see it, for display; `undefined`: not known. */
  mapped: string | undefined
  /** Sends one datagram that belongs to no route. */
  send(packet: Uint8Array, to: { readonly host: string; readonly port: number }): void
  /** The route to there. */
  routeTo(to: { readonly host: string; readonly port: number }): HostRoute
  /** Closes it as soon as no session uses a route of it: at once, if none does. */
  release(): void
}

/** A route that says where others see its own end. */
class MappedRoute extends UdpRoute {
  readonly #of: OpenUdp

  constructor(to: { readonly peer: DatagramPeer; readonly key: string | number }, shared: RouteSocket, of: OpenUdp) {
    super(endpointText('udp', to.peer.address, to.peer.port), to.peer, to.key, shared)
    this.#of = of
  }

  get mapped(): string | undefined {
    return this.#of.mapped
  }
}

/**
 * @param address of this host @param datagrams as they are, but for tests
 * @throws the system's error if it cannot be bound
 */
export async function openUdp(address: string, receiver: RouteReceiver, datagrams = openDatagrams): Promise<OpenUdp> {
  const socket = openSocket(address.includes(':') ? 6 : 4)
  try {
    await bound(socket, 0, address)
  } catch (error) {
    socket.close()
    throw error
  }
  widen(socket)
  const { port } = socket.address()
  return new OpenSocket({ host: address, port }, receiver, (taker) => datagrams(socket, taker))
}

class OpenSocket implements OpenUdp {
  readonly local: OpenUdp['local']
  readonly text: string
  mapped: string | undefined
  readonly #datagrams: Datagrams
  readonly #receiver: RouteReceiver
  readonly #routes = new PeerRoutes<UdpRoute>()
  readonly #used = new Set<UdpRoute>()
  /** What its routes see of it. */
  readonly #shared: RouteSocket
  #isReleased = false
  #isOpen = true

  constructor(
    local: OpenUdp['local'],
    receiver: RouteReceiver,
    open: (taker: Parameters<typeof openDatagrams>[1]) => Datagrams,
  ) {
    this.local = local
    this.text = endpointText('udp', local.host, local.port)
    this.#receiver = receiver
    this.#datagrams = open({
      datagram: (packet, key, sender) =>
        receiver.packet(this.#routes.get(key) ?? this.#add({ key, peer: sender() }), packet),
      failed: (code) => {
        if (goneCodes.has(code)) this.#gone(code)
      },
    })
    this.#shared = {
      text: this.text,
      send: ({ peer }, packet, dscp) => this.#datagrams.send(packet, peer, dscp),
      use: (route) => {
        this.#routes.use(route)
        this.#used.add(route)
      },
      end: (route) => {
        this.#routes.end(route)
        this.#used.delete(route)
        this.#closeUnused()
      },
    }
  }

  send(packet: Uint8Array, { host, port }: OpenUdp['local']): void {
    this.#datagrams.send(packet, this.#datagrams.peerAt(host, port).peer)
  }

  routeTo({ host, port }: OpenUdp['local']): HostRoute {
    const to = this.#datagrams.peerAt(host, port)
    return this.#routes.get(to.key) ?? this.#add(to)
  }

  release(): void {
    this.#isReleased = true
    this.#closeUnused()
  }

  #add(to: { readonly peer: DatagramPeer; readonly key: string | number }): UdpRoute {
    const route = new MappedRoute(to, this.#shared, this)
    this.#routes.add(route)
    return route
  }

  #closeUnused(): void {
    if (!this.#isReleased || this.#used.size > 0 || !this.#isOpen) return
    this.#isOpen = false
    void this.#datagrams.close()
  }

  #gone(code: string): void {
    for (const route of this.#used) this.#receiver.closed(route, code)
    this.#used.clear()
    this.release()
  }
}
