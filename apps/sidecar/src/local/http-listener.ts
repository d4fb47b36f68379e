/**
 * A server of HTTP/1.1 as every face of a side-car has it, for local programs and for callers outside: how long heads may be
 * and take, how many connections there are, and what is answered to what is no request.
 * @module
 */
import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { maxHeadOctets } from '../wire/http-exchange.ts'
import { type Problem, problemOf } from '../wire/problem.ts'
import { strangerAt } from './stranger.ts'

const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http')

const usualHeadWithin = 10_000
/** Between two looks whether heads and requests are late: Node's own half minute would be added to what they may take. */
const lookEvery = 1000
/** How long a program may go on sending what is refused, before its connection ends. Milliseconds. */
const refusedFor = 1000

export interface ListenerOptions {
  readonly host: string
  /** 0: one that the kernel chooses. */
  readonly port: number
  /** Each takes a descriptor, of which a process often has 1,024; further ones are closed. */
  readonly maxConnections: number
  /** Of a head, in octets; default what an exchange carries. */
  readonly maxHeadOctets?: number
  /** Of those, from one host, or one /64 of IPv6; default all. */
  readonly maxFromOne?: number
  /** Milliseconds for a head, and for a handshake of TLS before it; default 10 s. */
  readonly headWithin?: number
  /** Milliseconds for a request with its content; 0: as long as it takes. */
  readonly requestWithin: number
  /** PEM; without it plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
}

export interface HttpListener {
  /** That it has. */
  readonly port: number
  /** Of TLS, for connections from now on. @throws where the two do not fit */
  renew(tls: { readonly cert: string; readonly key: string }): void
  close(): Promise<void>
}

/** @throws node's error when the port cannot be had, or the certificate not be read */
export async function listenHttp(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  { host, port, maxConnections, requestWithin, tls, headWithin = usualHeadWithin, ...limits }: ListenerOptions,
): Promise<HttpListener> {
  const last = new WeakMap<Duplex, ServerResponse>()
  const listener: RequestListener = (request, response) => {
    last.set(request.socket, response)
    void answer(request, response)
  }
  const most = limits.maxHeadOctets ?? maxHeadOctets
  const common = { maxHeaderSize: most, connectionsCheckingInterval: lookEvery }
  const server =
    tls === undefined
      ? createServer(common, listener)
      : createTlsServer({ ...common, ...tls, handshakeTimeout: headWithin }, listener)
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    refuse(socket, last.get(socket), unreadable(error.code ?? 'unknown', { most, headWithin, requestWithin }))
  })
  server.maxHeadersCount = 0 // they are counted where they are carried: node would say of them that octets are too many
  server.headersTimeout = headWithin
  server.requestTimeout = requestWithin
  server.maxConnections = maxConnections
  if (limits.maxFromOne !== undefined) server.prependListener('connection', shares(limits.maxFromOne))
  server.on('checkContinue', (request, response) => {
    response.writeContinue()
    listener(request, response)
  })
  server.listen(port, host)
  await once(server, 'listening')
  server.on('error', () => undefined) // of one connection that could not be accepted; the next may be
  return {
    port: (server.address() as AddressInfo).port, // sound: it listens on TCP
    renew: (next) => (server as TlsServer).setSecureContext(next),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Closes what one host opens beyond `most`. */
function shares(most: number): (socket: Socket) => void {
  const open = new Map<string, number>()
  return (socket) => {
    const from = strangerAt(socket.remoteAddress ?? '')
    const own = open.get(from) ?? 0
    if (own >= most) {
      socket.destroy()
      return
    }
    open.set(from, own + 1)
    socket.once('close', () => {
      const left = open.get(from)! - 1
      if (left > 0) open.set(from, left)
      else open.delete(from)
    })
  }
}

/** What is no request that can be read; `last` is the newest response on its connection, which must stay as it is. */
function refuse(socket: Duplex, last: ServerResponse | undefined, problem: Problem): void {
  if (socket.writableEnded) return // more of what was refused
  const isAnswering = last?.headersSent === true && !last.writableFinished
  if (!socket.writable || isAnswering) return void socket.destroy()
  const text = JSON.stringify(problem)
  const fields = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ]
  socket.end(`${fields.join('\r\n')}\r\n\r\n${text}`)
  // To end it at once would reset the connection under the answer.
  setTimeout(() => socket.destroy(), refusedFor).unref()
}

function unreadable(
  code: string,
  { most, headWithin, requestWithin }: Record<'most' | 'headWithin' | 'requestWithin', number>,
): Problem {
  if (code === 'HPE_HEADER_OVERFLOW')
    return problemOf('head-too-large', `the head has more than ${most} octets; no more are carried`)
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const whole = requestWithin === 0 ? '' : `, and the request with its content within ${requestWithin / 1000} s`
    return problemOf('late', `the head must come within ${headWithin / 1000} s${whole}`)
  }
  return problemOf('bad-request', `what came is no request of HTTP/1.1 (${code})`)
}
