/**
 * Which local server a path goes to: `--a2a` serves everything below its address, `--mcp` what is below `/mcp`. Where one
 * server is both, what is asked for follows from the path as that server reads it.
 * @module
 */
import { clearPathOf, unclearPath } from '../roster/compared-path.ts'
import type { Root } from '../wire/own-addresses.ts'
import { ProblemError } from '../wire/problem.ts'
import type { ServerAddress } from './server-request.ts'

/** Addresses of local servers: `http://127.0.0.1:9000`, `http://127.0.0.1:3000/mcp`. */
export interface Exposed {
  readonly a2a?: string | undefined
  readonly mcp?: string | undefined
}

export interface Exposure extends ServerAddress {
  /** What is exposed there, for addresses in agent cards; empty: nothing that has any. */
  readonly exposed: string
  /** Whose server it is. */
  readonly serves: keyof Exposed
}

/** Beside the MCP server's own address, which is what `/mcp` stands for, only what RFC 9728 §3.1 puts there. */
const besideMcp = /^\/\.well-known\//

/**
 * @param target path and query; they arrive at the local server as they are written
 * @throws {ProblemError} `not-exposed`; `bad-request` where dots lead out of what is exposed, or where it may be read in
 * several ways and one server is both
 */
export function exposureOf(exposed: Exposed, target: string): Exposure {
  const { a2a, mcp } = exposed
  const exposure = byPrefix(exposed, target)
  return a2a === undefined || mcp === undefined || !isOneServer(new URL(a2a), new URL(mcp))
    ? exposure
    : asRead(exposure, { a2a, mcp })
}

/** Where that is asked for since this start: a local server may have moved meanwhile. @throws as `exposureOf` */
export function addressOfNow(exposed: Exposed, target: string): string {
  const now = exposureOf(exposed, target)
  return `${now.url.origin}${now.target}`
}

function byPrefix({ a2a, mcp }: Exposed, target: string): Exposure {
  const [, below] = /^\/mcp(?=[/?]|$)(.*)$/.exec(target) ?? []
  if (mcp !== undefined && below !== undefined) return { ...reached(nothing, mcp, below), serves: 'mcp' }
  if (a2a !== undefined) return { ...reached(a2a, a2a, target), serves: 'a2a' }
  if (mcp === undefined) throw new ProblemError('not-exposed', 'this agent only calls others')
  if (!besideMcp.test(target)) throw new ProblemError('not-exposed', 'only /mcp is exposed')
  return { ...reached(nothing, wellKnownOf(mcp), target.replace(besideMcp, '/')), serves: 'mcp' }
}

const wellKnownOf = (mcp: string): string => new URL('/.well-known/', mcp).href

/** Only A2A has cards; where another server listens is nobody's business. */
const nothing = ''

/** Two names of this host are one server; two names of another host are not recognized as such. */
const isOneServer = (one: URL, other: URL): boolean =>
  one.port === other.port && (one.hostname === other.hostname || (isThisHost(one) && isThisHost(other)))

const isThisHost = ({ hostname }: URL): boolean =>
  /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[\da-f:]+\])$/.test(hostname)

/**
 * As the server takes it that is both: by the longer of the two addresses that the path is at or below.
 * @throws {ProblemError} `bad-request` where that depends on how the server reads paths
 */
function asRead(
  exposure: Exposure,
  { a2a, mcp }: Required<Exposed> & { readonly a2a: string; readonly mcp: string },
): Exposure {
  const path = clearPathOf(exposure.target)
  if (path === undefined) throw unclear(unclearPath)
  const roots = [a2a, mcp].map((url) => new URL(url).pathname.replace(/\/$/, ''))
  const [ofA2a, ofMcp] = roots.map((root) => clearPathOf(root) ?? root)
  const serves = longestAbove(path, ofA2a!, ofMcp!)
  if (serves !== longestAbove(path.toLowerCase(), ofA2a!.toLowerCase(), ofMcp!.toLowerCase()))
    throw unclear('this one is of the one or of the other, depending on whether the server ignores case')
  return serves === undefined ? exposure : { ...exposure, serves, exposed: serves === 'a2a' ? a2a : nothing }
}

const unclear = (why: string): ProblemError =>
  new ProblemError('bad-request', `one server has both A2A and MCP, so that paths must be clear, and ${why}`)

/** Whose a path is; `undefined`: it is below neither. */
function longestAbove(path: string, a2a: string, mcp: string): keyof Exposed | undefined {
  const isBelow = (root: string): boolean => path === root || path.startsWith(`${root}/`)
  if (isBelow(mcp) && (mcp.length > a2a.length || !isBelow(a2a))) return 'mcp'
  return isBelow(a2a) ? 'a2a' : undefined
}

/** Where the paths of the agent lead. */
export const rootsOf = ({ a2a, mcp }: Exposed): readonly Root[] => [
  ...(mcp === undefined ? [] : [{ url: mcp, at: '/mcp' }]),
  ...(a2a === undefined ? [] : [{ url: a2a, at: '' }]),
  ...(mcp === undefined || a2a !== undefined ? [] : [{ url: wellKnownOf(mcp), at: '/.well-known' }]),
]

/** A caller from anywhere writes `path`: it must not lead to another host, or beside `root`. */
function reached(exposed: string, root: string, path: string): Omit<Exposure, 'serves'> {
  if (climbs(path)) throw new ProblemError('bad-request', 'the ".." in this path lead out of what is exposed')
  const { origin, pathname } = new URL(root)
  // Exactly `/mcp` is the address as its owner wrote it: many servers redirect from the one without a slash, or with it.
  const target = `${path.startsWith('/') ? pathname.replace(/\/$/, '') : pathname}${path}`
  return { url: new URL(`${origin}${target}`), target, exposed }
}

/**
 * Whether `path` leads above where it starts, by the rules of URLs (WHATWG), or as servers read it that see a slash in an
 * encoded one, or one in several, or cut off parameters (`..;x`), or know of fragments or of none, before they look for dots.
 */
function climbs(path: string): boolean {
  let depth = 0
  for (const segment of path.replace(/\?.*$/, '').split(/[/\\]|%2f|%5c/i)) {
    const name = segment.replace(/[;#].*$/, '').replaceAll(/%2e/gi, '.')
    if (name === '..') depth--
    else if (name !== '' && name !== '.') depth++
    if (depth < 0) return true
  }
  return false
}
