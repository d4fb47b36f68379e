/**
 * UDP routes to others. All routes dialled from one local address share one socket, bound to that address so that the
 * kernel reports when it is gone: a socket per connection took longer than its packets. Two routes to the same
 * destination never share a socket: the second is wanted because the first may be dead, perhaps because of its port.
 * @module
 */
import type { Socket } from 'node:dgram'
import { TurnoverMap } from '@vagus/wire'
import { type DatagramPeer, type Datagrams, goneCodes } from './datagrams.ts'
import { endpointText, type EndpointUri } from './endpoint-uri.ts'
import type { HostRoute, RouteReceiver } from './host-route.ts'
import { bindToInterface } from './native-datagrams.ts'
import { bound, openDatagrams, openSocket, type RouteSocket, UdpRoute, widen } from './udp.ts'
import { isOfTunnel, uplinkOf } from './uplink.ts'

/** No route leads there. */
const awayCodes: ReadonlySet<string> = new Set(['ENETUNREACH', 'ENETDOWN'])
/**
 * Milliseconds for which a socket gets further routes: an observer must not recognise an agent by its port for ever.
 */
const sharedFor = 60_000
/** Milliseconds for which a socket without routes waits for a new one. */
const idleFor = 1000
/** Milliseconds for which the kernel's choice of address for a host is remembered. */
const choiceLifetime = 1000
const maxChoices = 1024

export class UdpDialler {
  readonly #receiver: RouteReceiver
  readonly #sockets = new Set<DialledSocket>()
  /** Local addresses by host. */
  readonly #choices = new Map<string, { readonly address: string; readonly at: number }>()

  constructor(receiver: RouteReceiver) {
    this.#receiver = receiver
  }

  /**
   * A route to `uri` from `localAddress` (default: the kernel's choice).
   * @throws the system's error if the address is not of this host or no route leads there
   */
  async dial(uri: EndpointUri, localAddress?: string): Promise<HostRoute> {
    const local = localAddress ?? this.#chosen(uri) ?? (await this.choice(uri))
    const uplink = localAddress === undefined ? undefined : await this.#uplinkOf(localAddress, uri)
    for (const socket of this.#sockets) {
      const route = socket.local === local && socket.uplink === uplink ? socket.open(uri) : undefined
      if (route !== undefined) return route
    }
    return this.#dialAnew(uri, local, uplink)
  }

  async #dialAnew(uri: EndpointUri, local: string, uplink: string | undefined): Promise<HostRoute> {
    const socket = await DialledSocket.bind(uri.family === 6 ? 6 : 4, { local, uplink }, this.#receiver, (ended) => {
      this.#sockets.delete(ended)
      this.#choices.clear() // the address may be gone
    })
    this.#sockets.add(socket)
    return socket.open(uri)! // sound: it is new
  }

  /** Releases its ports at once, including those of open routes. */
  close(): void {
    for (const socket of this.#sockets) socket.close()
  }

  /** The interface to bind to; `undefined` if packets from `localAddress` leave by its own anyway, or by a VPN. */
  async #uplinkOf(localAddress: string, uri: EndpointUri): Promise<string | undefined> {
    const uplink = uplinkOf(localAddress, uri.host, uri.family === 6 ? 6 : 4)
    if (uplink === undefined) return undefined
    const chosen = this.#chosen(uri) ?? (await this.choice(uri).catch(() => undefined))
    return chosen !== undefined && (chosen === localAddress || isOfTunnel(chosen)) ? undefined : uplink
  }

  /** The kernel's choice of address for a host, if it is known. */
  #chosen({ host }: EndpointUri): string | undefined {
    if (isLoopback(host)) return host
    const known = this.#choices.get(host)
    return known !== undefined && performance.now() - known.at < choiceLifetime ? known.address : undefined
  }

  /** The same, asked now. @throws the system's error if no route leads there */
  async choice({ host, port, family }: EndpointUri): Promise<string> {
    if (isLoopback(host)) return host
    this.#choices.delete(host)
    const socket = openSocket(family === 6 ? 6 : 4)
    try {
      await new Promise<void>((resolve, reject) => {
        socket.connect(port, host, (error?: Error) => (error === undefined ? resolve() : reject(error)))
      })
      const { address } = socket.address()
      this.#choices.set(host, { address, at: performance.now() })
      if (this.#choices.size > maxChoices) this.#choices.delete(this.#choices.keys().next().value!)
      return address
    } finally {
      socket.close()
    }
  }
}

const isLoopback = (host: string): boolean => host === '127.0.0.1' || host === '::1'

interface From {
  readonly local: string
  /** The interface to which the socket is bound; `undefined`: routes decide. */
  readonly uplink: string | undefined
}

class DialledSocket implements RouteSocket {
  readonly local: string
  readonly uplink: string | undefined
  readonly text: string
  readonly #datagrams: Datagrams
  readonly #receiver: RouteReceiver
  readonly #onEnd: (socket: DialledSocket) => void
  readonly #routes = new TurnoverMap<string | number, UdpRoute>()
  /** Whom it was opened to last: mostly the same again. */
  #lastUri: EndpointUri | undefined
  #lastPeer: ReturnType<Datagrams['peerAt']> | undefined
  readonly #since = performance.now()
  #idleSince = 0
  /** Defined while the socket waits for a new route. */
  #waiting: NodeJS.Timeout | undefined
  #isOpen = true

  static async bind(
    family: 4 | 6,
    from: From,
    receiver: RouteReceiver,
    onEnd: (socket: DialledSocket) => void,
  ): Promise<DialledSocket> {
    const socket = openSocket(family)
    try {
      await bound(socket, 0, from.local)
    } catch (error) {
      socket.close()
      throw error
    }
    widen(socket)
    if (from.uplink !== undefined) bindToInterface(socket, from.uplink)
    return new DialledSocket(socket, from, receiver, onEnd)
  }

  private constructor(socket: Socket, from: From, receiver: RouteReceiver, onEnd: (socket: DialledSocket) => void) {
    const { address, port } = socket.address()
    this.local = from.local
    this.uplink = from.uplink
    this.text = endpointText('udp', address, port)
    this.#receiver = receiver
    this.#onEnd = onEnd
    this.#datagrams = openDatagrams(socket, {
      datagram: (packet, key) => {
        const route = this.#routes.get(key)
        if (route !== undefined) receiver.packet(route, packet) // from known peers only: it does not listen here
      },
      failed: (code, to) => this.#failed(code, to),
    })
  }

  /** `undefined` if it already has a route to there, is too old, or is closed. */
  open(uri: EndpointUri): HostRoute | undefined {
    const { key, peer } = this.#peerAt(uri)
    if (!this.#isOpen || this.#routes.has(key) || performance.now() - this.#since > sharedFor) return undefined
    const route = new UdpRoute(uri.text, peer, key, this)
    this.#routes.set(key, route)
    return route
  }

  #peerAt(uri: EndpointUri): ReturnType<Datagrams['peerAt']> {
    if (uri === this.#lastUri) return this.#lastPeer! // sound: set together
    this.#lastUri = uri
    return (this.#lastPeer = this.#datagrams.peerAt(uri.host, uri.port))
  }

  send(route: UdpRoute, packet: Uint8Array, dscp: number | undefined): void {
    if (this.#routes.get(route.key) === route) this.#datagrams.send(packet, route.peer, dscp)
  }

  end(route: UdpRoute): void {
    if (this.#routes.get(route.key) !== route) return
    this.#routes.delete(route.key)
    this.#rest()
  }

  /** A socket without routes is closed a little later, unless it gets a new one by then. */
  #rest(): void {
    if (this.#routes.size > 0 || !this.#isOpen) return
    this.#idleSince = performance.now()
    this.#waiting ??= setTimeout(this.#look, idleFor)
  }

  readonly #look = (): void => {
    const left = this.#idleSince + idleFor - performance.now()
    this.#waiting = this.#routes.size === 0 && left > 0 ? setTimeout(this.#look, left) : undefined
    if (this.#routes.size === 0 && left <= 0) this.close()
  }

  #failed(code: string, to: DatagramPeer | undefined): void {
    const isGone = goneCodes.has(code)
    // Refused: the peer may come back on that port.
    if (!isGone && !(awayCodes.has(code) && to !== undefined)) return
    for (const [key, route] of this.#routes) {
      if (!isGone && key !== this.#datagrams.peerAt(to!.address, to!.port).key) continue
      this.#routes.delete(key)
      this.#receiver.closed(route, code)
    }
    if (isGone) this.close()
    else this.#rest()
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    clearTimeout(this.#waiting)
    void this.#datagrams.close()
    this.#onEnd(this)
  }
}
