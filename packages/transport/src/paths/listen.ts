/** Any kind of endpoint by its URI. @module */
import { type EndpointUri, parseEndpointUri } from './endpoint-uri.ts'
import type { Endpoint, HostRoute, RouteReceiver } from './host-route.ts'
import { dialTcp, listenTcp } from './tcp.ts'
import { dialUdp, listenUdp } from './udp.ts'
import { dialWebSocket, listenWebSocket } from './web-socket.ts'

const kinds = {
  udp: { listen: listenUdp, dial: dialUdp },
  tcp: { listen: listenTcp, dial: dialTcp },
  ws: { listen: listenWebSocket, dial: dialWebSocket },
  wss: { listen: listenWebSocket, dial: dialWebSocket },
} as const

/** @throws {TypeError} on a URI of no known kind; the system's error when the address cannot be bound */
export function listen(text: string, receiver: RouteReceiver): Promise<Endpoint> {
  const uri = parseEndpointUri(text)
  if (uri === undefined)
    throw new TypeError(`"listen" must be like udp://192.0.2.1:7601, tcp://… or ws://…, got ${text}`)
  return kinds[uri.kind].listen(uri, receiver)
}

/** A route to `uri`, from `localAddress` where one is given. @throws the system's error when there is no way */
export function dial(uri: EndpointUri, receiver: RouteReceiver, localAddress?: string): Promise<HostRoute> {
  return kinds[uri.kind].dial(uri, receiver, localAddress)
}
