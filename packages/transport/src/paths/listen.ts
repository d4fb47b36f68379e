/** Any kind of endpoint by its URI. @module */
import { type EndpointUri, parseEndpointUri } from './endpoint-uri.ts'
import type { Endpoint, HostRoute, RouteReceiver } from './host-route.ts'
import { dialTcp, listenTcp } from './tcp.ts'
import { listenUdp } from './udp.ts'
import { UdpDialler } from './udp-dialler.ts'
import { dialWebSocket, listenWebSocket } from './web-socket.ts'

const listeners = { udp: listenUdp, tcp: listenTcp, ws: listenWebSocket, wss: listenWebSocket } as const

/** @throws {TypeError} on a URI of no known kind; the system's error when the address cannot be bound */
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

  constructor(receiver: RouteReceiver) {
    this.#receiver = receiver
    this.#udp = new UdpDialler(receiver)
  }

  /** A route to `uri`, from `localAddress` where one is given. @throws the system's error when there is no way */
  dial(uri: EndpointUri, localAddress?: string): Promise<HostRoute> {
    if (uri.kind === 'udp') return this.#udp.dial(uri, localAddress)
    return (uri.kind === 'tcp' ? dialTcp : dialWebSocket)(uri, this.#receiver, localAddress)
  }

  /**
   * The local address from which the kernel sends to `uri` now, also where another one was dialled from lately. `undefined`:
   * nothing leads there, or its host is a name.
   */
  async localAddressTo(uri: EndpointUri): Promise<string | undefined> {
    return uri.family === 0 ? undefined : this.#udp.choice(uri).catch(() => undefined)
  }

  /** When all routes are closed and nothing more is dialled: gives back at once what waited for the next. */
  close(): void {
    this.#udp.close()
  }
}
