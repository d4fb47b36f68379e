/** Which local server a path goes to: `--a2a` serves everything, `--mcp` what is below `/mcp`. @module */
import { ProblemError } from '../wire/problem.ts'

/** Addresses of local servers: `http://127.0.0.1:9000`, `http://127.0.0.1:3000/mcp`. */
export interface Exposed {
  readonly a2a?: string | undefined
  readonly mcp?: string | undefined
}

export interface Exposure {
  /** Where the request goes. */
  readonly url: URL
  /** What is exposed there, for addresses in agent cards. */
  readonly exposed: string
}

/** @param target path and query @throws {ProblemError} `not-exposed` */
export function exposureOf({ a2a, mcp }: Exposed, target: string): Exposure {
  const [, below] = /^\/mcp(?=[/?]|$)(.*)$/.exec(target) ?? []
  if (mcp !== undefined && (below !== undefined || a2a === undefined)) {
    // The MCP server's own address is what `/mcp` stands for; what is beside it (RFC 9728 §3.1) is beside it there.
    if (below === undefined) return { url: new URL(target, mcp), exposed: mcp }
    return { url: new URL(`${mcp.replace(/\/$/, '')}${below}`), exposed: mcp }
  }
  if (a2a === undefined) {
    throw new ProblemError('not-exposed', mcp === undefined ? 'this agent only calls others' : 'only /mcp is exposed')
  }
  return { url: new URL(`${a2a.replace(/\/$/, '')}${target}`), exposed: a2a }
}
