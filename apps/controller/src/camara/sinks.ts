/**
 * Whom the controller tells of sessions. A consumer names an URL and the controller asks there, from inside the network: so it
 * asks only public addresses, over TLS, and besides them the hosts that the operator named. Names are looked up for each
 * request, and the address that is connected to is the one that was checked: no name leads elsewhere in between (DNS
 * rebinding). Redirects are not followed.
 * @module
 */
import { BlockList, isIP } from 'node:net'
import { CamaraError } from './camara-error.ts'

/** What IANA has as not globally reachable (RFC 6890), multicast, and what may hold an IPv4 address. */
const closed = new BlockList()
for (const [address, length] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  closed.addSubnet(address, length, 'ipv4')
for (const [address, length] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  closed.addSubnet(address, length, 'ipv6')
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')

/** Whether anybody on the Internet could be reached there. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !closed.check(address, 'ipv4')
  return isIP(address) === 6 && global.check(address, 'ipv6') && !closed.check(address, 'ipv6')
}

export class Sinks {
  readonly #named: ReadonlySet<string>

  /** @param named by the operator: `host` or `host:port` */
  constructor(named: readonly string[]) {
    this.#named = new Set(named.map((place) => canonical(place)))
  }

  /** @throws {CamaraError} INVALID_SINK that says what would be right */
  check(text: string): void {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url === undefined || !['https:', 'http:'].includes(url.protocol))
      throw refused('sink must be a URL such as https://hooks.example/vagus')
    if (url.username !== '' || url.password !== '') throw refused('sink must have no user; use sinkCredential')
    if (this.isNamed(url)) return
    if (url.protocol !== 'https:')
      throw refused(`sink must be https, unless the operator names ${url.host} in camara.sinks`)
    const address = hostOf(url)
    const isPrivate = isIP(address) === 0 ? /(^|\.)localhost\.?$/.test(address) : !isPublic(address)
    if (isPrivate) throw refused(`sink must be public, unless the operator names ${url.host} in camara.sinks`)
  }

  /** Whether the operator wants it told, wherever its address is. */
  isNamed(url: URL): boolean {
    return this.#named.has(url.hostname) || this.#named.has(`${url.hostname}:${portOf(url)}`)
  }
}

/** A URL says nothing of a port that is usual for its scheme. */
const portOf = ({ port, protocol }: URL): string => (port === '' ? (protocol === 'https:' ? '443' : '80') : port)

/** With the host as URLs have it: IPv6 addresses have several forms. What is no host stays, and is nobody's. */
function canonical(place: string): string {
  const [, host = place, port = ''] = /^(.+?)(:\d+)?$/.exec(place) ?? []
  return URL.canParse(`http://${host}/`) ? `${new URL(`http://${host}/`).hostname}${port}` : place
}

/** Without brackets. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.+)\]$/, '$1')

const refused = (problem: string): CamaraError => new CamaraError('INVALID_SINK', problem)
