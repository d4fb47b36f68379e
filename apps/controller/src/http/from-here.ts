/** Whether a request comes from a program on this host, for what only its operator may do. @module */
import type { Context } from 'hono'
import type { HttpEndpoint } from '../config/endpoint.ts'
import { socketOf } from './socket-of.ts'

/**
 * Over the Unix socket, or from a loopback address; what a proxy on this host passes on is somebody else's. A page of a
 * stranger in a browser here asks for leave first (CORS), which it does not get.
 */
export function isFromHere(c: Context, listens: HttpEndpoint['kind']): boolean {
  if (['forwarded', 'x-forwarded-for', 'via'].some((name) => c.req.header(name) !== undefined)) return false
  if (listens === 'unix') return true
  // Undefined when the client has already gone.
  const address = socketOf(c)?.remoteAddress ?? ''
  return address === '::1' || /^(?:::ffff:)?127\./.test(address)
}
