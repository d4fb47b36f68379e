/** An HTTPS server for a fixed set of resources: it knows limits and TLS, and nothing of what is asked. @module */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { type Certificate, mediaTypes, statusOf, type Refused } from '@vagus/brski'
import { certificatesPem, type Issuer, privateKeyPem, readCertificate } from '@vagus/pki'
import { defaultLimits, type ServerLimits } from './limits.ts'

/** A request that arrived whole. */
export interface Exchange {
  readonly path: string
  readonly contentType: string | undefined
  readonly accept: string | undefined
  readonly body: Uint8Array
  /** Address of the peer of the TCP connection. */
  readonly from: string
  /** What the TLS client showed, and has the key of. Whether it is trusted is open. */
  readonly client: { readonly certificate: Certificate; readonly chain: readonly Certificate[] } | undefined
  /** Aborted when the client goes. */
  readonly signal: AbortSignal
}

export interface Reply {
  readonly status: number
  readonly contentType?: string
  readonly body?: Uint8Array | string
  readonly headers?: Readonly<Record<string, string>>
  /** Whether more requests may follow on the connection. Default `open`. */
  readonly connection?: 'open' | 'close'
}

export interface Resource {
  readonly method: 'GET' | 'POST'
  readonly handle: (exchange: Exchange) => Reply | Promise<Reply>
}

export interface Listening {
  /** Empty: all addresses of both families. */
  readonly host?: string
  /** 0: any free one. */
  readonly port: number
}

export interface HttpsServer {
  readonly port: number
  /** Ends all connections. */
  close(): Promise<void>
}

export interface Site {
  readonly server: Issuer
  readonly resources: ReadonlyMap<string, Resource>
  /** Whether clients are asked for a certificate. It may be any, or none: each resource says what it needs. */
  readonly clients: 'asked' | 'anonymous'
  readonly limits?: Partial<ServerLimits> | undefined
  /** Of what answered 500: a fault of ours. */
  readonly failed: (path: string, error: unknown) => void
}

/** Certificates of one client that are read. */
const maxClientChain = 8

export async function serve(site: Site, { host, port }: Listening): Promise<HttpsServer> {
  const limits = { ...defaultLimits, ...site.limits }
  const { key, certificate, chain } = site.server
  const server = createServer({
    key: privateKeyPem(key),
    cert: certificatesPem([certificate, ...chain]),
    minVersion: 'TLSv1.2',
    requestCert: site.clients === 'asked',
    rejectUnauthorized: false, // the anchors differ by resource
    handshakeTimeout: limits.arrival,
    headersTimeout: limits.arrival,
    requestTimeout: limits.arrival,
    connectionsCheckingInterval: limits.arrival / 2,
    keepAliveTimeout: limits.idle,
    maxHeaderSize: 8192,
  })
  server.maxConnections = limits.connections
  const sockets = countConnections(server, limits.connectionsPerAddress)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void answer(request, response, site, limits)
  })
  server.listen({ port, ...(host === undefined ? {} : { host }) })
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Counts from the first octet on, before the handshake costs anything. */
function countConnections(server: Server, perAddress: number): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    const same = [...sockets].filter(({ remoteAddress }) => remoteAddress === socket.remoteAddress).length
    if (same >= perAddress) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return sockets
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  site: Site,
  limits: ServerLimits,
): Promise<void> {
  const path = (request.url ?? '').split('?', 1)[0]!
  const aborting = new AbortController()
  response.on('close', () => aborting.abort())
  try {
    send(response, await replyTo(request, path, site, limits, aborting.signal))
  } catch (error) {
    if (aborting.signal.aborted) return // nobody waits for an answer
    site.failed(path, error)
    send(response, problem(500, 'something went wrong here; the operator can see what'))
  }
}

async function replyTo(
  request: IncomingMessage,
  path: string,
  site: Site,
  limits: ServerLimits,
  signal: AbortSignal,
): Promise<Reply> {
  const resource = site.resources.get(path)
  if (resource === undefined) return problem(404, `there is no ${path.slice(0, 100)} here`)
  if (request.method !== resource.method) {
    return { ...problem(405, `${path} takes ${resource.method}`), headers: { allow: resource.method } }
  }
  const body = await bodyOf(request, limits.bodyOctets)
  if (body === undefined) {
    return { ...problem(413, `a body may have ${limits.bodyOctets} octets at most`), connection: 'close' }
  }
  const socket = request.socket as TLSSocket
  return resource.handle({
    path,
    contentType: request.headers['content-type'],
    accept: request.headers.accept,
    body,
    from: socket.remoteAddress ?? '',
    client: clientOf(socket),
    signal,
  })
}

/** `undefined` if there is more. */
async function bodyOf(request: IncomingMessage, most: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > most) return undefined
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > most) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function clientOf(socket: TLSSocket): Exchange['client'] {
  const chain = peerChain(socket)
  const [certificate, ...above] = chain
  return certificate === undefined ? undefined : { certificate, chain: above }
}

/** The certificates that the peer of `socket` showed, its own first, as far as they can be read. */
export function peerChain(socket: TLSSocket): readonly Certificate[] {
  const chain: Certificate[] = []
  let each: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
  while (each?.raw !== undefined && chain.length < maxClientChain) {
    const certificate = readCertificate(each.raw)
    if ('type' in certificate) break
    chain.push(certificate)
    each = each.issuerCertificate === each ? undefined : each.issuerCertificate
  }
  return chain
}

function send(response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(reply.body ?? '')
  response.writeHead(reply.status, {
    ...(reply.contentType === undefined ? {} : { 'content-type': reply.contentType }),
    'content-length': body.length,
    'cache-control': 'no-store',
    ...(reply.connection === 'close' ? { connection: 'close' } : {}),
    ...reply.headers,
  })
  response.end(body)
}

/** A text for people (RFC 8995 §5.6). */
export const problem = (status: number, text: string): Reply => ({
  status,
  contentType: mediaTypes.problem,
  body: `${text}\n`,
})

/** Where somebody is in between, the connection ends after the answer (RFC 8995 §5.2). */
export const refusal = (refused: Refused): Reply => ({
  ...problem(statusOf(refused), refused.because.problem),
  ...(refused.because.code === 'proximity' ? { connection: 'close' as const } : {}),
})
