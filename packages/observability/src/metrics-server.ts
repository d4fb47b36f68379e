/**
 * `/metrics`, `/healthz` and `/readyz` of a process that has no other HTTP server for strangers: text for Prometheus, and
 * what probes of a supervisor ask. Everything here only reads.
 * @module
 */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, isIP } from 'node:net'
import { type AnyMetric, prometheusText } from '@vagus/signals'

const { createServer } = process.getBuiltinModule('node:http')

export interface Observed {
  readonly metrics: () => readonly AnyMetric[]
  /** Why it cannot work, for people; empty: it can. */
  readonly unreadiness: () => readonly string[]
}

export interface MetricsServer {
  /** `http://127.0.0.1:9464`. */
  readonly url: string
  close(): void
}

/** Who scrapes opens few. */
const maxConnections = 32

/** @param port 0: one that the kernel chooses @throws node's error when the address cannot be had */
export async function serveMetrics(
  { address, port }: { readonly address: string; readonly port: number },
  observed: Observed,
): Promise<MetricsServer> {
  let isLoopback = true
  const server = createServer((request, response) => {
    if (isLoopback && !isOwnHost(request.headers.host ?? ''))
      return reply(response, 421, 'text/plain', 'Host must be localhost, 127.0.0.1 or [::1]\n')
    answer(observed, request, response)
  })
  server.maxConnections = maxConnections
  server.headersTimeout = 10_000
  server.listen(port, address)
  await once(server, 'listening')
  isLoopback = isOfLoopback((server.address() as AddressInfo).address)
  server.on('error', () => undefined) // of one connection that could not be accepted; the next may be
  server.unref()
  const bound = server.address() as AddressInfo // sound: it listens on TCP
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
  return {
    url: `http://${host}:${bound.port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const isOfLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.')

/** What is only for this host is not for a page in a browser here that reaches it by a name of its own (DNS rebinding). */
function isOwnHost(host: string): boolean {
  const [, bracketed, plain = ''] = /^(?:\[([^\]]+)\]|([^:]*))(?::\d+)?$/.exec(host) ?? []
  return plain === 'localhost' || (isIP(bracketed ?? plain) > 0 && isOfLoopback(bracketed ?? plain))
}

function answer(
  { metrics, unreadiness }: Observed,
  { method, url = '/' }: IncomingMessage,
  response: ServerResponse,
): void {
  const [path] = url.split('?')
  const known = path === '/metrics' || path === '/healthz' || path === '/readyz'
  if (!known) return reply(response, 404, 'text/plain', 'there are /metrics, /healthz and /readyz\n')
  if (method !== 'GET' && method !== 'HEAD') return reply(response, 405, 'text/plain', 'GET only\n')
  if (path === '/metrics')
    return reply(response, 200, 'text/plain; version=0.0.4; charset=utf-8', prometheusText(metrics()))
  const reasons = path === '/readyz' ? unreadiness() : []
  const ok = reasons.length === 0
  const health = { apiVersion: 'vagus/v1', kind: 'Health', ok, reasons }
  reply(response, ok ? 200 : 503, 'application/json', `${JSON.stringify(health)}\n`)
}

function reply(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text)
}
