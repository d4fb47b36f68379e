/**
 * Refuses requests that name another host than this one. A page of a stranger can have its own name resolve to 127.0.0.1
 * (DNS rebinding) and would then read the API as its own origin; but the Host header tells its name. Other spellings of
 * loopback are refused, too: of 0.0.0.0 browsers do not say which site asks. A Unix socket is no exception: a forwarder may
 * give it to browsers, and clients of a socket say `localhost`. The operator may add names, which a proxy passes on.
 * @module
 */
import { isIP } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import type { HttpEndpoint } from '../config/endpoint.ts'
import { answerProblem, problemOf } from './problem.ts'

/** What names this machine: `localhost` and loopback addresses alone, or any address besides: it may be behind a NAT. */
export type OwnHosts = 'loopback' | 'addresses'

const spelledOtherwise = /^\[::(?:ffff:[\da-f:]+)?\]$|^0\.0\.0\.0$/

/** Whether a Host header names this machine. */
export function isOwnHost(host: string, own: OwnHosts): boolean {
  const [, bracketed, plain = ''] = /^(?:\[([^\]]+)\]|([^:]*))(?::\d+)?$/.exec(host.toLowerCase()) ?? []
  const isAddress = bracketed === undefined ? isIP(plain) === 4 : isIP(bracketed) === 6 && !bracketed.includes('%')
  if (!isAddress) return plain === 'localhost' || plain.endsWith('.localhost')
  const { hostname } = new URL(`http://${bracketed === undefined ? plain : `[${bracketed}]`}`)
  if (hostname === '[::1]' || hostname.startsWith('127.')) return true
  return own === 'addresses' && !spelledOtherwise.test(hostname)
}

/** Who listens at loopback is reached by no other address. */
export function ownHostsAt(endpoint: HttpEndpoint): OwnHosts {
  if (endpoint.kind === 'unix') return 'addresses'
  const { address } = endpoint
  return isOwnHost(address.includes(':') ? `[${address}]` : address, 'loopback') ? 'loopback' : 'addresses'
}

/**
 * Whether a host, with or without its port, is one of ours. @param names others that are ours, too: those under which a
 * proxy is reached
 */
export function ownHost(own: OwnHosts, names: readonly string[]): (host: string) => boolean {
  const known = new Set(names.map((name) => name.toLowerCase()))
  return (host) => isOwnHost(host, own) || known.has(host.toLowerCase().replace(/:\d+$/, ''))
}

/** @param isOwn of `own` */
export function hostCheck(own: OwnHosts, isOwn: (host: string) => boolean): MiddlewareHandler {
  const right = own === 'loopback' ? 'localhost or a loopback address' : 'localhost or an IP address'
  return async (c, next) => {
    const host = c.req.header('host') ?? ''
    if (isOwn(host)) return next()
    return answerProblem(c, problemOf(421, `Host must be ${right}, or one of "hosts" in vagus.yaml, got "${host}"`))
  }
}
