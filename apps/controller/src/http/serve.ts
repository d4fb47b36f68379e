/** Listens for HTTP on a TCP address or a Unix socket. @module */
import { chmodSync, lstatSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { createAdaptorServer } from '@hono/node-server'
import { UnavailableError } from '@vagus/linux'
import { formatHttpEndpoint, type HttpEndpoint } from '../config/endpoint.ts'
import { WaitingRoom } from './waiting-room.ts'

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
/**
 * Each takes one of the 1,024 descriptors that a process often has; a hundred may be event streams, and a browser opens
 * six. Those in the waiting room do not count. More are closed at once.
 */
export const maxConnections = 256
/** Requests have no body worth waiting for. */
const headersTimeout = 10_000
/** Of a connection over which nothing moves, while it is asked or answered; event streams say something every 15 s. */
const stallLimit = 60_000

export interface ServeOptions {
  /** Milliseconds after which a connection that stands still is closed. */
  readonly timeout?: number
  /** Where `fetch` lets connections wait. */
  readonly waitingRoom?: WaitingRoom
}

/** @throws {UnavailableError} when the address cannot be bound */
export async function serveHttp(
  fetch: (request: Request) => Response | Promise<Response>,
  endpoint: HttpEndpoint,
  { timeout = stallLimit, waitingRoom = new WaitingRoom(0) }: ServeOptions = {},
): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch }) as Server // sound: no other kind is asked for
  server.headersTimeout = headersTimeout
  server.timeout = timeout
  limitConnections(server, waitingRoom)
  if (endpoint.kind === 'unix') await removeStaleSocket(endpoint.path)
  try {
    server.listen(endpoint.kind === 'unix' ? { path: endpoint.path } : { host: endpoint.address, port: endpoint.port })
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

/** Counted by hand, because the server's own limit does not know who waits. */
function limitConnections(server: Server, waitingRoom: WaitingRoom): void {
  server.maxConnections = maxConnections + waitingRoom.limit
  const open = new Set<Socket>()
  server.prependListener('connection', (socket: Socket) => {
    if (open.size - waitingRoom.size >= maxConnections) {
      socket.destroy()
      return
    }
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
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
