/**
 * Which connections go through an HTTP proxy, by the names that curl and others read: HTTPS_PROXY and NO_PROXY. TCP and
 * WebSockets do; UDP never, because CONNECT (RFC 9110 §9.3.6) carries none.
 * @module
 */
import { contains, parseAddress, parsePrefix } from '@vagus/address'
import type { EndpointUri } from './endpoint-uri.ts'

export interface Proxy {
  /** `http://HOST:PORT`, `https://…`; with `NAME:PASSWORD@` for Basic authentication (RFC 7617). */
  readonly url: string
  /**
   * What is reached without it: names with all below them, addresses, prefixes, each also with `:PORT`; `*` for
   * everything. This host always is.
   */
  readonly except?: readonly string[]
}

/** How a dialled connection gets there. */
export interface DialOptions {
  /** Of this host; default: the kernel's choice. */
  readonly localAddress?: string | undefined
  readonly proxy?: Proxy | undefined
}

/** @throws {TypeError} on what is no address of a proxy */
export function checkProxy({ url }: Proxy): URL {
  const parsed = URL.parse(url)
  if (parsed?.hostname && ['http:', 'https:'].includes(parsed.protocol)) return parsed
  throw new TypeError(
    `a proxy must be like http://proxy.example:3128 or http://NAME:PASSWORD@HOST:PORT, got "${withoutSecret(url)}"`,
  )
}

/** What may be shown: a password may have any sign in it, where it was not written as it should be. */
const withoutSecret = (url: string): string => url.replace(/^([a-z\d+.-]*:\/\/)?.*@/is, '$1…@')

/** A name or password as it was before it became part of an URL; as it is, where it was written as no such part. */
export function plainOf(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy that `url` names, else that of HTTPS_PROXY; `undefined`: none.
 * @throws {TypeError} on what is no address of a proxy
 */
export function proxyOf(environment: Environment, url?: string): Proxy | undefined {
  const named = url ?? environment['HTTPS_PROXY'] ?? environment['https_proxy'] ?? ''
  if (named === '') return undefined
  const except = environment['NO_PROXY'] ?? environment['no_proxy'] ?? ''
  const proxy = {
    url: named.includes('://') ? named : `http://${named}`,
    except: except.split(/[\s,]+/).filter(Boolean),
  }
  checkProxy(proxy)
  return proxy
}

/** The proxy on the way to `uri`; `undefined`: none. */
export function proxyFor(proxy: Proxy | undefined, uri: EndpointUri): Proxy | undefined {
  if (proxy === undefined || uri.kind === 'udp') return undefined
  const host = uri.host.toLowerCase().replace(/\.$/, '')
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1' || host.startsWith('127.')) return undefined
  return proxy.except?.some((entry) => excepts(entry.toLowerCase(), host, uri)) === true ? undefined : proxy
}

function excepts(entry: string, host: string, { port, family }: EndpointUri): boolean {
  if (entry === '*') return true
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+|.*:.*:.*?))(?::(\d+))?$/.exec(entry) ?? []
  if (digits !== undefined && Number(digits) !== port) return false
  const word = (bracketed ?? plain ?? entry).replace(/^\*?\./, '')
  if (family === 0) return host === word || host.endsWith(`.${word}`)
  try {
    return word.includes('/')
      ? contains(parsePrefix(word), parseAddress(host))
      : Buffer.compare(parseAddress(word), parseAddress(host)) === 0
  } catch {
    return false // a name, or nothing
  }
}
