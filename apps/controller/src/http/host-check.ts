/**
 * Refuses requests that name another host than this one. A page of a stranger can have its own name resolve to 127.0.0.1
 * (DNS rebinding) and would then read the API as its own origin; but the Host header tells its name. A
 * Unix socket is no exception: a forwarder may give it to browsers, and clients of a socket say `localhost`.
 * @module
 */
import { isIP } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import { answerProblem, problemOf } from './problem.ts'

/** Whether a Host header names this machine: an address, or `localhost`. */
export function isOwnHost(host: string): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]*))(?::\d+)?$/.exec(host) ?? []
  if (bracketed !== undefined) return isIP(bracketed) === 6
  return plain === 'localhost' || plain?.endsWith('.localhost') === true || isIP(plain ?? '') === 4
}

export const hostCheck: MiddlewareHandler = async (c, next) => {
  const host = c.req.header('host') ?? ''
  if (isOwnHost(host)) return next()
  return answerProblem(c, problemOf(421, `Host must be an IP address or localhost, got "${host}"`))
}
