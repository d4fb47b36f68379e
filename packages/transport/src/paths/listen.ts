/** Listens and dials at any kind of endpoint, by its URI. @module */
import { type EndpointUri, parseEndpointUri } from './endpoint-uri.ts'
import type { Endpoint, HostRoute, RouteReceiver } from './host-route.ts'
import { type Proxy, proxyFor } from './proxy.ts'
import { dialTcp, listenTcp } from './tcp.ts'
import { listenUdp } from './udp.ts'
import { UdpDialler } from './udp-dialler.ts'
import { dialWebSocket, listenWebSocket } from './web-socket.ts'

const listeners = { udp: listenUdp, tcp: listenTcp, ws: listenWebSocket, wss: listenWebSocket } as const

/** @throws {TypeError} on a URI of an unknown kind; the system's error if the address cannot be bound */
export function listen(text: string, receiver: RouteReceiver): Promise<Endpoint> {
  const uri = parseEndpointUri(text)
  if (uri === undefined)
    throw new TypeError(`"listen" must be like udp://192.0.2.1:7601, tcp://… or ws://…, got ${text}`)
  return listeners[uri.kind](uri, receiver)
}

/** Opens routes to others, for one receiver. */
export class RouteDialler {
  readonly #receiver: RouteReceiver
  readonly #udp: UdpDialler
  readonly #proxy: Proxy | undefined

  /** @param proxy through which TCP and WebSockets go */
  constructor(receiver: RouteReceiver, proxy?: Proxy) {
    this.#receiver = receiver
    this.#proxy = proxy
    this.#udp = new UdpDialler(receiver)
  }

  /** A route to `uri`, from `localAddress` if given. @throws the system's error if the endpoint cannot be reached */
  dial(uri: EndpointUri, localAddress?: string): Promise<HostRoute> {
    if (uri.kind === 'udp') return this.#udp.dial(uri, localAddress)
    const proxy = proxyFor(this.#proxy, uri)
    return (uri.kind === 'tcp' ? dialTcp : dialWebSocket)(uri, this.#receiver, { localAddress, proxy })
  }

  /**
   * The local address from which the kernel now sends to `uri`, even if another one was used for it recently.
   * `undefined` if no route leads there, or if its host is a name.
   */
  async localAddressTo(uri: EndpointUri): Promise<string | undefined> {
    return uri.family === 0 ? undefined : this.#udp.choice(uri).catch(() => undefined)
  }

  /**
   * To be called when all routes are closed and nothing more is dialled: releases at once what waited for the next
   * dial.
   */
  close(): void {
    this.#udp.close()
  }
}
