/**
 * Addresses of the local server in fields of its responses: `Location`, `Content-Location`,
 * `resource_metadata` in `WWW-Authenticate` (RFC 9728 §5.1), and the path of a cookie. Its own host alone reaches it there, so between the side-cars they are paths below the agent (`/mcp/`), and the side-car of
 * the caller puts its own address before them. A cookie would else go to every agent, since all have one host here.
 * @module
 */
import type { HeaderFields } from './header-fields.ts'

/** What is below `url` is reached below the path `at` of the agent, which ends in no slash. */
export interface Root {
  readonly url: string
  readonly at: string
}

/** A request to the local server. */
export interface Asked {
  readonly url: URL
  /** The path of the agent that led there. */
  readonly target: string
  readonly roots: readonly Root[]
}

/** On the side of the local server. Addresses that are not below a root, so those of others, stay as they are. */
export const towardsCaller = (headers: HeaderFields, asked: Asked): HeaderFields =>
  changed(headers, {
    address: (value) => addressTowardsCaller(value, asked),
    cookiePath: (path) => cookieTargetOf(path, asked),
  })

/** One address, wherever it stands. */
export const addressTowardsCaller = (value: string, { url, roots }: Asked): string =>
  targetOf(URL.parse(value, url.href), roots) ?? value

/** Likewise. */
export const addressAtCaller = (value: string, here: string): string =>
  /^\/(?!\/)/.test(value) ? `${here}${value}` : value

/** On the side of the caller. @param here `http://127.0.0.1:40000/agents/NAME`, as the caller writes it */
export function atCaller(headers: HeaderFields, here: string): HeaderFields {
  const below = here.replace(/^http:\/\/[^/]*/, '')
  return changed(headers, {
    address: (value) => addressAtCaller(value, here),
    cookiePath: (path) => (path === undefined || path === '/' ? below : `${below}${path}`),
  })
}

interface Change {
  readonly address: (value: string) => string
  /** @param path `undefined`: the cookie says none, or one that counts as none (RFC 6265 §5.2.4) */
  readonly cookiePath: (path: string | undefined) => string
}

const changed = (headers: HeaderFields, { address, cookiePath }: Change): HeaderFields =>
  headers.map(([name, value]) => {
    if (/^(content-)?location$/i.test(name)) return [name, address(value)]
    if (/^www-authenticate$/i.test(name)) return [name, withMetadata(value, address)]
    return /^set-cookie$/i.test(name) ? [name, withPath(value, cookiePath)] : [name, value]
  })

const withMetadata = (challenges: string, change: Change['address']): string =>
  challenges.replace(
    /(\bresource_metadata\s*=\s*")([^"\\]*)(?=")/gi,
    (_, before: string, address: string) => `${before}${change(address)}`,
  )

/** Without a domain: it would name the host of the local server. */
function withPath(cookie: string, change: Change['cookiePath']): string {
  const [pair, ...attributes] = cookie.split(';')
  const path = attributes.findLast((each) => /^\s*path\s*=/i.test(each))?.replace(/^[^=]*=\s*|\s*$/g, '')
  const others = attributes.filter((each) => !/^\s*(path|domain)\s*(=|$)/i.test(each))
  return [pair, ` Path=${change(path?.startsWith('/') === true ? path : undefined)}`, ...others].join(';')
}

function targetOf(address: URL | null, roots: readonly Root[]): string | undefined {
  for (const { url, at } of address === null ? [] : roots) {
    const root = new URL(url)
    const path = root.pathname.replace(/\/$/, '')
    const { pathname, search, hash } = address!
    if (!isSameServer(address!, root) || !(pathname === path || pathname.startsWith(`${path}/`))) continue
    const target = `${at}${pathname.slice(path.length)}`
    return `${target === '' ? '/' : target}${search}${hash}`
  }
  return undefined
}

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/
/** A server may call itself by another name of its host than we do. */
const isSameServer = (one: URL, other: URL): boolean =>
  one.origin === other.origin ||
  (one.protocol === other.protocol &&
    one.port === other.port &&
    loopback.test(one.hostname) &&
    loopback.test(other.hostname))

/** A path above the root stands for the whole agent; what is beside it is nowhere here. */
function cookieTargetOf(path: string | undefined, { url, target, roots }: Asked): string {
  if (path === undefined) return target.replace(/[?#].*$/, '').replace(/\/[^/]*$/, '') || '/'
  const at = targetOf(URL.parse(path, url.origin), roots)
  return at ?? (roots.some((root) => isAbove(path, new URL(root.url).pathname)) ? '/' : path)
}

const isAbove = (path: string, below: string): boolean =>
  below === path || below.startsWith(path.endsWith('/') ? path : `${path}/`)
