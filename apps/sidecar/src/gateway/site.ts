/**
 * Which requests are meant for the gateway's site, and which pages of others may make them. A browser sends no token by itself, so
 * another page can do no more than a stranger; it is refused all the same, unless the operator named its origin.
 * @module
 */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { ProblemError } from '../wire/problem.ts'

export interface Site {
  /** `https://agents.example.com`. */
  readonly url: string
  /** Further values of Host: of a proxy that puts its own there. */
  readonly hosts: readonly string[]
  /** Origins whose pages may call. */
  readonly origins: readonly string[]
}

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const allowedFields =
  'Authorization, Content-Type, Accept, A2A-Version, A2A-Extensions, MCP-Protocol-Version, Mcp-Session-Id, Mcp-Method, Mcp-Name, Last-Event-ID, Idempotency-Key'
const exposedFields = 'Mcp-Session-Id, WWW-Authenticate, Retry-After, Location, A2A-Version, A2A-Extensions'
/** Seconds for which a browser remembers what it asked. */
const remembered = '600'

/** @param raw all fields, as a flat list of names and values @throws {ProblemError} `wrong-host`, `wrong-origin`, `bad-request` */
export function checkSite({ host = '', origin }: IncomingHttpHeaders, raw: readonly string[], site: Site): void {
  // Node keeps the first of several; a proxy before us may have gone by another one.
  const hosts = raw.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length
  if (hosts !== 1) throw new ProblemError('bad-request', `a request has one field Host, this one ${hosts}`)
  const own = new URL(site.url)
  if (![own.host, `${own.hostname}:${own.port || usualPort(own)}`, ...site.hosts].includes(host.toLowerCase()))
    throw new ProblemError('wrong-host', `Host must be ${own.host}, got "${host.slice(0, 80)}"`)
  if (origin !== undefined && !isAllowed(origin, site))
    throw new ProblemError(
      'wrong-origin',
      `pages of "${origin.slice(0, 80)}" may not call agents here; the operator of the gateway names origins with --origin`,
    )
}

/** Before anything else is written. @returns whether that is the answer */
export function allowOrigin(
  { origin, 'access-control-request-method': asked }: IncomingHttpHeaders,
  method: string | undefined,
  response: ServerResponse,
): boolean {
  if (origin === undefined) return false
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('vary', 'Origin')
  response.setHeader('access-control-expose-headers', exposedFields)
  if (method !== 'OPTIONS' || asked === undefined) return false
  response.writeHead(204, {
    'access-control-allow-methods': methods,
    'access-control-allow-headers': allowedFields,
    'access-control-max-age': remembered,
  })
  response.end()
  return true
}

const isAllowed = (origin: string, { url, origins }: Site): boolean => origin === url || origins.includes(origin)

const usualPort = ({ protocol }: URL): string => (protocol === 'https:' ? '443' : '80')
