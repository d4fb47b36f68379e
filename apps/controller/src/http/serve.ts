/** Listens for HTTP on a TCP address or a Unix socket. @module */
import { chmodSync, lstatSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { getRequestListener } from '@hono/node-server'
import type { TlsFiles } from '@vagus/keyring/tls-files'
import { UnavailableError } from '@vagus/linux'
import { formatHttpEndpoint, type HttpEndpoint } from '../config/endpoint.ts'
import { Connections, maxConnections, maxOfOne } from './connections.ts'
import { problemOf } from './problem.ts'
import { WaitingRoom } from './waiting-room.ts'

const { createServer } = process.getBuiltinModule('node:http')

export interface HttpServer {
  /** `127.0.0.1:7600` or `unix:PATH`, with the port that the kernel chose. */
  readonly address: string
  /** Takes no more, lets what is under way finish for a moment, then ends it. */
  stop(): Promise<void>
}

/** How long answers under way may take after `stop`, in milliseconds. */
const grace = 1000
/** A connection that was busy when the server closed stays open when its answer is out, unless someone looks. */
const sweepStep = 20
/** Connections that the kernel holds until they are taken: a fleet may come in the same instant. */
const backlog = 4096
/** Seconds until one who finds too many others should come back. */
const comeBackAfter = 5
/** Requests have no body worth waiting for. */
const headersTimeout = 10_000
/** Milliseconds between two looks at who took too long: Node's own are half a minute apart. */
const lookEvery = 1000
/** Of a connection over which nothing moves, while it is asked or answered; event streams say something every 15 s. */
const stallLimit = 60_000

export interface ServeOptions {
  /** Milliseconds after which a connection that stands still is closed. */
  readonly timeout?: number
  /** Where `fetch` lets connections wait. */
  readonly waitingRoom?: WaitingRoom
  /** Then it is HTTPS. */
  readonly tls?: TlsFiles | undefined
}

/** @throws {UnavailableError} when the address cannot be bound */
export async function serveHttp(
  fetch: (request: Request) => Response | Promise<Response>,
  endpoint: HttpEndpoint,
  { timeout = stallLimit, waitingRoom = new WaitingRoom(0), tls }: ServeOptions = {},
): Promise<HttpServer> {
  const connections = new Connections(waitingRoom)
  const answer = getRequestListener(fetch)
  const take = (request: IncomingMessage, response: ServerResponse): void =>
    connections.asks(request) === 'in' ? void answer(request, response) : refuse(response)
  const { server, connected, renewal } = tls === undefined ? plainServer(take) : tlsServer(take, tls)
  server.headersTimeout = headersTimeout
  server.timeout = timeout
  server.maxConnections = connections.limit
  server.prependListener(connected, (socket: Socket) => connections.came(socket))
  if (endpoint.kind === 'unix') await removeStaleSocket(endpoint.path)
  try {
    server.listen(
      endpoint.kind === 'unix'
        ? { path: endpoint.path, backlog }
        : { host: endpoint.address, port: endpoint.port, backlog },
    )
    await once(server, 'listening')
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'another program listens there' : code
    throw new UnavailableError(
      code === 'EADDRINUSE' ? 'in-use' : code === 'EACCES' ? 'not-permitted' : 'refused',
      `cannot listen on ${formatHttpEndpoint(endpoint)}: ${reason}`,
      { cause },
    )
  }
  if (endpoint.kind === 'unix') chmodSync(endpoint.path, 0o660)
  const bound = server.address()
  return {
    address: formatHttpEndpoint(
      typeof bound === 'object' && bound !== null ? { address: bound.address, port: bound.port } : endpoint,
    ),
    async stop() {
      renewal[Symbol.dispose]()
      const closed = once(server, 'close')
      server.close()
      const sweep = setInterval(() => server.closeIdleConnections(), sweepStep)
      const deadline = setTimeout(() => server.closeAllConnections(), grace)
      await closed
      clearInterval(sweep)
      clearTimeout(deadline)
      if (endpoint.kind === 'unix') rmSync(endpoint.path, { force: true })
    },
  }
}

type Take = (request: IncomingMessage, response: ServerResponse) => void

const plainServer = (take: Take) => ({
  server: createServer({ connectionsCheckingInterval: lookEvery }, take),
  connected: 'connection',
  renewal: { [Symbol.dispose]: () => undefined },
})

/** Requests name the socket that is there after the handshake. */
function tlsServer(take: Take, tls: TlsFiles) {
  const limits = { handshakeTimeout: headersTimeout, connectionsCheckingInterval: lookEvery }
  const server = createTlsServer({ ...tls.read(), ...limits }, take)
  return { server, connected: 'secureConnection', renewal: tls.watch((pair) => server.setSecureContext(pair)) }
}

function refuse(response: ServerResponse): void {
  const detail = `${maxConnections} connections are open already, or ${maxOfOne} of your host; come back in ${comeBackAfter} s`
  response.writeHead(503, {
    'content-type': 'application/problem+json',
    'retry-after': String(comeBackAfter),
    connection: 'close',
  })
  response.end(JSON.stringify(problemOf(503, detail)))
}

/** A socket file that nobody listens on is left over from a process that was killed. */
async function removeStaleSocket(path: string): Promise<void> {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket()) return
  const socket = connect(path)
  try {
    await once(socket, 'connect')
  } catch {
    rmSync(path, { force: true })
  } finally {
    socket.destroy()
  }
}
