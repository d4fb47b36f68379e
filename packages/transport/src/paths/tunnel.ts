/** A connection through an HTTP proxy: CONNECT (RFC 9110 §9.3.6) with Basic authentication (RFC 7617). @module */
import type { IncomingMessage } from 'node:http'
import { request as requestOverTls } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { checkProxy, plainOf, type Proxy } from './proxy.ts'
import { trustSystem } from './trust.ts'

const { request } = process.getBuiltinModule('node:http')

/** Milliseconds for the proxy to answer; it connects meanwhile. */
const patience = 10_000

/**
 * Milliseconds until a proxy is asked again that refused a name and password; doubled each time. Dialling goes on for as
 * long as a relay is away, and many companies lock an account after some wrong passwords.
 */
const refusedFor = { first: 60_000, most: 32 * 60_000 } as const
/** By the URL of the proxy: of those that refused it last. A process has one or two. */
const refused = new Map<string, { readonly pause: number; readonly until: number }>()

/** As `HOST:PORT`, for people. */
export const proxyName = (proxy: Proxy): string => {
  const { host, protocol, port } = checkProxy(proxy)
  return port === '' ? `${host}:${protocol === 'https:' ? 443 : 80}` : host
}

/**
 * A socket that leads to `host` and `port`.
 * @throws {Error} that names the proxy, what it said, and what helps
 */
export async function openTunnel(
  proxy: Proxy,
  { host, port }: { readonly host: string; readonly port: number },
  { localAddress, within = patience }: { readonly localAddress?: string | undefined; readonly within?: number } = {},
): Promise<Socket> {
  const url = checkProxy(proxy)
  const name = proxyName(proxy)
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const left = (refused.get(url.href)?.until ?? 0) - performance.now()
  if (left > 0) throw new Error(`the proxy ${name} ${notAccepted}; it is asked again in ${Math.ceil(left / 1000)} s`)
  const isSecure = url.protocol === 'https:'
  if (isSecure) trustSystem()
  const proxyHost = url.hostname.replace(/^\[|\]$/g, '')
  const sent = (isSecure ? requestOverTls : request)({
    method: 'CONNECT',
    host: proxyHost,
    servername: isIP(proxyHost) === 0 ? proxyHost : '', // else node takes the header `host`, which names the target
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    path: target,
    headers: { host: target, ...authorization(url) },
    agent: false,
    signal: AbortSignal.timeout(within),
    ...(localAddress !== undefined && { localAddress }),
  })
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  sent.once('connect', (response: IncomingMessage, socket: Socket, head: Buffer) => {
    const problem = problemOf(response, target, url.username === '' ? 'none' : 'sent')
    if (problem === notAccepted) noteRefused(url)
    else refused.delete(url.href)
    if (problem === undefined) {
      if (head.length > 0) socket.unshift(head)
      return resolve(socket)
    }
    socket.destroy()
    reject(new Error(`the proxy ${name} ${problem}`))
  })
  sent.once('error', (error: NodeJS.ErrnoException) => {
    const why =
      error.name === 'AbortError' || error.name === 'TimeoutError'
        ? `does not answer CONNECT ${target} within ${within / 1000} s`
        : error.code === 'ECONNRESET'
          ? `closes the connection instead of an answer to CONNECT ${target}`
          : `cannot be reached: ${error.message}`
    reject(new Error(`the proxy ${name} ${why}`, { cause: error }))
  })
  sent.end()
  return promise
}

const notAccepted = 'does not accept this name and password (407)'

function noteRefused({ href }: URL): void {
  const pause = Math.min(2 * (refused.get(href)?.pause ?? refusedFor.first / 2), refusedFor.most)
  refused.set(href, { pause, until: performance.now() + pause })
}

function authorization({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {}
  const pair = `${plainOf(username)}:${plainOf(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}

function problemOf(
  { statusCode = 0, headers }: IncomingMessage,
  target: string,
  login: 'sent' | 'none',
): string | undefined {
  if (statusCode >= 200 && statusCode < 300) return undefined
  if (statusCode === 407) {
    const schemes = headers['proxy-authenticate'] ?? ''
    if (schemes !== '' && !/\bbasic\b/i.test(schemes))
      return `asks for ${schemes.slice(0, 80).replace(/[^ -~]/g, '?')} (407); only Basic is spoken here, so use a local proxy that logs in there`
    return login === 'sent' ? notAccepted : 'asks for a name and a password (407): write http://NAME:PASSWORD@HOST:PORT'
  }
  if (statusCode === 403)
    return `refuses CONNECT ${target} (403); most allow port 443 only: a relay is reached there as wss://HOST/PATH`
  return `answers CONNECT ${target} with HTTP ${statusCode}`
}
