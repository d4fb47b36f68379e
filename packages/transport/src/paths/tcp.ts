/**
 * TCP: bulk needs the kernel's congestion control and large records. Each packet travels as a record preceded by its
 * length, as the sender built it; what is written in one turn leaves in one write.
 * @module
 */
import { connect, createServer, type Socket } from 'node:net'
import { maxRecordOctets, RecordReader } from '@vagus/channel'
import { endpointText, type EndpointUri } from './endpoint-uri.ts'
import { packetIsSent } from '../packet-memory.ts'
import { type Endpoint, type HostRoute, routeCost, type RouteReceiver } from './host-route.ts'
import { InTurns } from './in-turns.ts'
import type { DialOptions, Proxy } from './proxy.ts'
import { readShared, sharedReading } from './shared-reading.ts'
import { openTunnel, proxyName } from './tunnel.ts'

/** Maximum connections of one endpoint; further ones are closed at once. */
const maxConnections = 65_536
/** Milliseconds within which a connection must be established, and a session must use an accepted one. */
const patience = 10_000
/**
 * Maximum octets waiting here for the kernel; further packets are dropped. A session that observes `queued` never gets
 * there.
 */
const maxQueuedOctets = 16 * 2 ** 20

/** What node's types do not know yet. */
interface MarkingSocket extends Socket {
  setTypeOfService?(octet: number): unknown
}

class TcpRoute implements HostRoute {
  readonly kind = 'stream'
  readonly transport = 'tcp'
  readonly maxOctets = maxRecordOctets
  readonly cost = routeCost.tcp
  readonly source = 'proven'
  users: HostRoute['users'] = undefined
  radio: HostRoute['radio'] = undefined
  readonly local: string
  readonly remote: string
  readonly proxy: string | undefined
  readonly #socket: Socket
  readonly #reader = new RecordReader()
  readonly #turns: InTurns
  #corked = false
  #dscp = 0
  readonly #unused: NodeJS.Timeout | undefined

  /** `unused` closes the connection if no session uses it; `far`: what is behind a proxy. */
  constructor(
    socket: Socket,
    receiver: RouteReceiver,
    unused?: NodeJS.Timeout,
    far?: Pick<HostRoute, 'remote' | 'proxy'>,
  ) {
    this.#socket = socket
    this.#turns = new InTurns((packet) => receiver.packet(this, packet))
    this.#unused = unused
    this.local = endpointText('tcp', socket.localAddress ?? '', socket.localPort ?? 0)
    this.remote = far?.remote ?? endpointText('tcp', socket.remoteAddress ?? '', socket.remotePort ?? 0)
    this.proxy = far?.proxy
    socket.setNoDelay(true)
    socket.on('drain', () => receiver.drained(this))
    let reason = 'the other side closed it'
    socket.on('error', (error) => (reason = error.message))
    socket.on('close', () => {
      this.#turns.close()
      receiver.closed(this, reason)
    })
  }

  /** Takes `chunk`, which arrived. */
  take(chunk: Uint8Array): void {
    let problem: string | undefined
    const whole = this.#reader.push(chunk, (packet) => (problem ??= this.#turns.push(packet)))
    if (!whole) problem ??= 'a record that is longer than any packet'
    if (problem !== undefined) this.#socket.destroy(new Error(problem))
  }

  get queued(): number {
    return this.#socket.writableLength
  }

  send(packet: Uint8Array, dscp = 0): void {
    const socket = this.#socket
    if (!socket.writable || socket.writableLength > maxQueuedOctets) return
    if (dscp !== this.#dscp) this.#mark(dscp)
    if (!this.#corked) {
      this.#corked = true
      socket.cork()
      process.nextTick(() => {
        this.#corked = false
        socket.uncork()
      })
    }
    socket.write(packet, () => packetIsSent(packet))
  }

  #mark(dscp: number): void {
    this.#dscp = dscp
    try {
      ;(this.#socket as MarkingSocket).setTypeOfService?.(dscp << 2)
    } catch {
      // It goes unmarked where the system does not allow it.
    }
  }

  used(): void {
    clearTimeout(this.#unused)
  }

  close(): void {
    this.#socket.destroySoon()
  }
}

/** @throws the system's error if the address cannot be bound */
export async function listenTcp(uri: EndpointUri, receiver: RouteReceiver): Promise<Endpoint> {
  const sockets = new Set<Socket>()
  const server = createServer({ pauseOnConnect: true }, (accepted) => {
    if (sockets.size >= maxConnections) return accepted.destroy()
    const socket = readShared(accepted, (chunk) => route.take(chunk))
    const unused = setTimeout(() => socket.destroy(), patience)
    sockets.add(socket)
    socket.once('close', () => {
      clearTimeout(unused)
      sockets.delete(socket)
    })
    const route = new TcpRoute(socket, receiver, unused)
    return route
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: uri.port, host: uri.host, ipv6Only: uri.family === 6, backlog: 4096 }, () => {
      server.off('error', reject)
      server.on('error', ignore)
      resolve()
    })
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : uri.port
  return {
    uri: endpointText('tcp', uri.host, port),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** @throws the system's error if nothing answers within ten seconds; what the proxy said */
export function dialTcp(
  uri: EndpointUri,
  receiver: RouteReceiver,
  { localAddress, proxy }: DialOptions = {},
): Promise<HostRoute> {
  if (proxy !== undefined) return dialThrough(proxy, uri, receiver, localAddress)
  return new Promise((resolve, reject) => {
    const from = localAddress === undefined ? {} : { localAddress }
    const onread = sharedReading((chunk) => route?.take(chunk))
    const socket = connect({ host: uri.host, port: uri.port, ...from, onread })
    let route: TcpRoute | undefined
    socket.setTimeout(patience, () => socket.destroy(new Error(`${uri.text} does not answer`)))
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      socket.setTimeout(0)
      route = new TcpRoute(socket, receiver)
      socket.resume()
      resolve(route)
    })
  })
}

async function dialThrough(
  proxy: Proxy,
  uri: EndpointUri,
  receiver: RouteReceiver,
  localAddress: string | undefined,
): Promise<HostRoute> {
  const socket = await openTunnel(proxy, uri, { localAddress })
  const route = new TcpRoute(socket, receiver, undefined, { remote: uri.text, proxy: proxyName(proxy) })
  socket.on('data', (chunk: Uint8Array) => route.take(chunk))
  return route
}

function ignore(): void {
  // One connection could not be accepted; the next may be.
}
