/** Which local server a path goes to: `--a2a` serves everything below its address, `--mcp` what is below `/mcp`. @module */
import type { Root } from '../wire/own-addresses.ts'
import { ProblemError } from '../wire/problem.ts'

/** Addresses of local servers: `http://127.0.0.1:9000`, `http://127.0.0.1:3000/mcp`. */
export interface Exposed {
  readonly a2a?: string | undefined
  readonly mcp?: string | undefined
}

export interface Exposure {
  /** Where the request goes. */
  readonly url: URL
  /** What is exposed there, for addresses in agent cards; empty: nothing that has any. */
  readonly exposed: string
}

/** Beside the MCP server's own address, which is what `/mcp` stands for, only what RFC 9728 §3.1 puts there. */
const besideMcp = /^\/\.well-known\//

/** @param target path and query @throws {ProblemError} `not-exposed` */
export function exposureOf({ a2a, mcp }: Exposed, target: string): Exposure {
  const [, below] = /^\/mcp(?=[/?]|$)(.*)$/.exec(target) ?? []
  if (mcp !== undefined && below !== undefined) return reached(nothing, mcp, below)
  if (a2a !== undefined) return reached(a2a, a2a, target)
  if (mcp === undefined) throw new ProblemError('not-exposed', 'this agent only calls others')
  if (!besideMcp.test(target)) throw new ProblemError('not-exposed', 'only /mcp is exposed')
  return reached(nothing, new URL('/.well-known/', mcp).href, target.replace(besideMcp, '/'))
}

/** Only A2A has cards; where another server listens is nobody's business. */
const nothing = ''

/** Where the paths of the agent lead. */
export const rootsOf = ({ a2a, mcp }: Exposed): readonly Root[] => [
  ...(mcp === undefined ? [] : [{ url: mcp, at: '/mcp' }]),
  ...(a2a === undefined ? [] : [{ url: a2a, at: '' }]),
]

/** A caller from anywhere writes `path`: it must not lead to another host, or beside `root`. */
function reached(exposed: string, root: string, path: string): Exposure {
  // Exactly `/mcp` is the address as its owner wrote it: many servers redirect from the one without a slash, or with it.
  const base = path.startsWith('/') ? root.replace(/\/$/, '') : root
  const url = new URL(`${base}${path}`)
  const { origin, pathname } = new URL(base)
  const isBelow = url.pathname === pathname || url.pathname.startsWith(pathname.replace(/\/?$/, '/'))
  if (url.origin === origin && isBelow) return { url, exposed }
  throw new ProblemError('not-exposed', 'this path leads out of what is exposed')
}
