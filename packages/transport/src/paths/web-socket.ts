/** WebSocket (RFC 6455): one packet per binary message, for networks that pass nothing but the Web. @module */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { maxRecordOctets } from '@vagus/channel'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import { endpointText, type EndpointUri } from './endpoint-uri.ts'
import { type Endpoint, type HostRoute, routeCost, type RouteReceiver } from './host-route.ts'
import { InTurns } from './in-turns.ts'
import type { DialOptions } from './proxy.ts'
import { trustSystem } from './trust.ts'
import { openTunnel, proxyName } from './tunnel.ts'

/** Milliseconds within which a connection must be established, and a session must use an accepted one. */
const patience = 10_000
/** Maximum WebSockets of one endpoint; further ones are refused with HTTP 503. */
const maxConnections = 16_384
const maxQueuedOctets = 16 * 2 ** 20
const options = { perMessageDeflate: false, maxPayload: maxRecordOctets + 1024 }
const dialled = { ...options, handshakeTimeout: patience }

type Ends = Pick<HostRoute, 'local' | 'remote' | 'proxy'>

class WebSocketRoute implements HostRoute {
  readonly kind = 'message'
  readonly transport = 'ws'
  readonly maxOctets = maxRecordOctets
  readonly cost = routeCost.ws
  readonly source = 'proven'
  users: HostRoute['users'] = undefined
  radio: HostRoute['radio'] = undefined
  readonly local: string
  readonly remote: string
  readonly proxy: string | undefined
  readonly #socket: WebSocket

  readonly #unused: NodeJS.Timeout | undefined

  /** `unused` closes the connection if no session uses it. */
  constructor(socket: WebSocket, { local, remote, proxy }: Ends, receiver: RouteReceiver, unused?: NodeJS.Timeout) {
    this.#socket = socket
    this.local = local
    this.remote = remote
    this.proxy = proxy
    this.#unused = unused
    socket.binaryType = 'nodebuffer'
    const turns = new InTurns((packet) => receiver.packet(this, packet))
    let reason = 'the other side closed it'
    socket.on('message', (data: RawData) => {
      const problem = turns.push(data as Buffer) // sound: `binaryType` is set to it
      if (problem === undefined) return
      reason = problem
      socket.terminate()
    })
    socket.on('error', (error) => (reason = error.message))
    socket.on('close', () => {
      clearTimeout(unused)
      turns.close()
      receiver.closed(this, reason)
    })
    this.#drained = () => {
      if (socket.bufferedAmount === 0) receiver.drained(this)
    }
  }

  readonly #drained: () => void

  get queued(): number {
    return this.#socket.bufferedAmount
  }

  send(packet: Uint8Array): void {
    if (this.#socket.readyState !== WebSocket.OPEN || this.queued > maxQueuedOctets) return
    this.#socket.send(packet, this.#drained)
  }

  used(): void {
    clearTimeout(this.#unused)
  }

  close(): void {
    this.#socket.close()
  }
}

/** @throws the system's error if the address cannot be bound */
export async function listenWebSocket(
  uri: EndpointUri,
  receiver: RouteReceiver,
  limit = maxConnections,
): Promise<Endpoint> {
  if (uri.kind === 'wss') throw new TypeError(`"listen" must be ws:// behind a TLS proxy, got ${uri.text}`)
  const path = new URL(uri.text).pathname
  const server: WebSocketServer = new WebSocketServer({
    ...options,
    host: uri.host,
    port: uri.port,
    path,
    verifyClient: (_, done) => (server.clients.size < limit ? done(true) : done(false, 503)),
  })
  await once(server, 'listening')
  server.on('error', ignore)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : uri.port
  const text = endpointText('ws', uri.host, port, path === '/' ? '' : path)
  server.on('connection', (socket, request) => {
    const { remoteAddress = '', remotePort = 0 } = request.socket
    const unused = setTimeout(() => socket.terminate(), patience)
    const ends = { local: text, remote: endpointText('ws', remoteAddress, remotePort) }
    return new WebSocketRoute(socket, ends, receiver, unused)
  })
  return {
    uri: text,
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate()
        server.close(() => resolve())
      }),
  }
}

/** @throws the system's error if nothing answers within ten seconds; what the proxy said */
export function dialWebSocket(
  uri: EndpointUri,
  receiver: RouteReceiver,
  { localAddress, proxy }: DialOptions = {},
): Promise<HostRoute> {
  const from = localAddress === undefined ? {} : { localAddress }
  const ends = { local: localAddress ?? 'ws:', remote: uri.text }
  if (uri.kind === 'wss') trustSystem()
  if (proxy === undefined) return opened(new WebSocket(uri.text, { ...dialled, ...from }), ends, receiver)
  return openTunnel(proxy, uri, { localAddress }).then((tunnel) => {
    const socket = new WebSocket(uri.text, { ...dialled, createConnection: connectionIn(tunnel, uri) })
    socket.once('error', () => tunnel.destroy())
    return opened(socket, { ...ends, proxy: proxyName(proxy) }, receiver)
  })
}

const opened = (socket: WebSocket, ends: Ends, receiver: RouteReceiver): Promise<HostRoute> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => {
      socket.off('error', reject)
      resolve(new WebSocketRoute(socket, ends, receiver))
    })
  })

const connectionIn =
  (tunnel: Socket, { kind, host, family }: EndpointUri) =>
  (): Socket =>
    kind === 'wss' ? connectTls({ socket: tunnel, ...(family === 0 ? { servername: host } : { host }) }) : tunnel

function ignore(): void {
  // One connection could not be accepted; the next may be.
}
